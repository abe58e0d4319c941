import { SECOND } from '../../shared/domain/index.ts';
import type { Durable } from '../../shared/ports/index.ts';

/** A clock that is moved, at once or by what has to happen meanwhile. */
interface MovedClock {
  advance(milliseconds: number): void | Promise<void>;
}

const asJson = <Value>(value: Value): Value =>
  value === undefined ? value : (JSON.parse(JSON.stringify(value)) as Value);

/** Tries of a step, and looks in a row that may fail: Lambda has more of both. */
const TRIES = 3;

/**
 * A durable execution in memory: remembers each step and each look under its name, as JSON, and gives them back when
 * its function is run again. Waiting moves the clock. What fails is tried again, as Lambda does.
 */
export class DurableFake implements Durable {
  readonly execution: string;
  readonly #clock: MovedClock;
  readonly #remembered = new Map<string, unknown>();
  #seen = new Set<string>();

  constructor(clock: MovedClock, execution = 'execution-1') {
    this.#clock = clock;
    this.execution = execution;
  }

  /** Call before the function is run again: names may not repeat within a run. */
  replay(): this {
    this.#seen = new Set();
    return this;
  }

  #enter(name: string): void {
    if (this.#seen.has(name)) throw new Error(`two operations of an execution are named ${name}`);
    this.#seen.add(name);
  }

  async step<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    this.#enter(name);
    if (!this.#remembered.has(name)) this.#remembered.set(name, asJson(await this.#tried(work)));
    return this.#remembered.get(name) as Result;
  }

  async #tried<Result>(work: () => Promise<Result>, left = TRIES - 1): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (left === 0) throw error;
      return this.#tried(work, left - 1);
    }
  }

  async wait(name: string, seconds: number): Promise<void> {
    await this.step(name, async () => this.#clock.advance(seconds * SECOND));
  }

  async poll<State>(
    name: string,
    pause: number | ((state: State) => number),
    first: State,
    look: (state: State) => Promise<{ readonly done: boolean; readonly state: State }>,
  ): Promise<State> {
    this.#enter(name);
    for (let failures = 0; ;) {
      const last = this.#remembered.get(name) as { done: boolean; state: State } | undefined;
      if (last?.done) return last.state;
      try {
        this.#remembered.set(name, asJson(await look(last?.state ?? first)));
        failures = 0;
      } catch (error) {
        if (++failures >= TRIES) throw error;
      }
      const next = this.#remembered.get(name) as typeof last;
      if (next?.done) continue;
      const state = next?.state ?? first;
      await this.#clock.advance((typeof pause === 'number' ? pause : pause(state)) * SECOND);
    }
  }
}
