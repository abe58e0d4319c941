import { cell } from './arrays.ts';

/**
 * Linear regression that forgets: ridge regression on discounted sums. The ridge pulls towards the weights that it
 * begins with, as if some observations had spoken for them, so that it is sensible from the first minute and a clue that
 * never was there keeps its weight. The cost of an observation does not grow with their number.
 */
export class Regression {
  readonly weights: Float64Array;
  /** The discounted sums of x·xᵀ (its lower half) and x·y, all that is remembered. */
  readonly memory: Float64Array;
  readonly #size: number;
  readonly #keep: number;
  readonly #ridge: number;
  readonly #prior: readonly number[];
  readonly #factor: Float64Array;

  /**
   * @param prior the weights to begin with, one for each clue
   * @param ridge how many observations of clues of size 1 the prior is worth
   * @param halfLife observations after which one counts half
   */
  constructor(prior: readonly number[], ridge: number, halfLife: number) {
    this.#size = prior.length;
    this.#prior = prior;
    this.#ridge = ridge;
    this.#keep = 0.5 ** (1 / halfLife);
    this.weights = Float64Array.from(prior);
    this.memory = new Float64Array(this.#size * (this.#size + 1));
    this.#factor = new Float64Array(this.#size * this.#size);
  }

  /** @param clues an array in which this observation's clues begin at `from` */
  predict(clues: Float64Array, from: number): number {
    let sum = 0;
    for (let i = 0; i < this.#size; i++) sum += cell(this.weights, i) * cell(clues, from + i);
    return sum;
  }

  learn(clues: Float64Array, from: number, outcome: number, weight: number): void {
    const { memory } = this;
    const size = this.#size;
    const keep = this.#keep;
    const sums = size * size;
    for (let i = 0; i < size; i++) {
      const weighted = cell(clues, from + i) * weight;
      memory[sums + i] = cell(memory, sums + i) * keep + weighted * outcome;
      for (let j = 0; j <= i; j++) {
        memory[i * size + j] = cell(memory, i * size + j) * keep + weighted * cell(clues, from + j);
      }
    }
  }

  /** Solves (Σx·xᵀ + ridge) · weights = Σx·y + ridge · prior by Cholesky's factors. */
  solve(): void {
    this.#factorise();
    this.#substitute();
  }

  #factorise(): void {
    const size = this.#size;
    const factor = this.#factor;
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = cell(this.memory, i * size + j) + (i === j ? this.#ridge : 0);
        for (let k = 0; k < j; k++) sum -= cell(factor, i * size + k) * cell(factor, j * size + k);
        factor[i * size + j] =
          i === j ? Math.sqrt(Math.max(sum, Number.EPSILON)) : sum / cell(factor, j * size + j);
      }
    }
  }

  #substitute(): void {
    const size = this.#size;
    const factor = this.#factor;
    const { weights, memory } = this;
    for (let i = 0; i < size; i++) {
      let sum = cell(memory, size * size + i) + this.#ridge * (this.#prior[i] ?? 0);
      for (let k = 0; k < i; k++) sum -= cell(factor, i * size + k) * cell(weights, k);
      weights[i] = sum / cell(factor, i * size + i);
    }
    for (let i = size - 1; i >= 0; i--) {
      let sum = cell(weights, i);
      for (let k = i + 1; k < size; k++) sum -= cell(factor, k * size + i) * cell(weights, k);
      weights[i] = sum / cell(factor, i * size + i);
    }
  }
}
