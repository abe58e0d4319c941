/** The highest of the values of the last minutes, of which each minute may add several. Minutes come in order. */
export class RecentHighest {
  readonly #minutes: Int32Array;
  readonly #values: Float64Array;

  /** @param length in minutes: a value counts in its own minute and the `length - 1` after it */
  constructor(length: number) {
    this.#minutes = new Int32Array(length).fill(-1);
    this.#values = new Float64Array(length);
  }

  add(minute: number, value: number): void {
    const slot = minute % this.#minutes.length;
    const isNew = this.#minutes[slot] !== minute;
    this.#values[slot] = isNew ? value : Math.max(value, this.#values[slot] ?? value);
    this.#minutes[slot] = minute;
  }

  /** -Infinity where there is none. */
  highest(minute: number): number {
    let most = -Infinity;
    for (let slot = 0; slot < this.#minutes.length; slot++) {
      const added = this.#minutes[slot] ?? -1;
      if (added >= 0 && minute - added < this.#minutes.length)
        most = Math.max(most, this.#values[slot] ?? most);
    }
    return most;
  }
}
