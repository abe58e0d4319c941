import { SECOND } from '../../shared/domain/index.ts';
import type { Durable } from '../../shared/ports/index.ts';
import type { ClockFake } from './clock-fake.ts';

const asJson = <Value>(value: Value): Value =>
  value === undefined ? value : (JSON.parse(JSON.stringify(value)) as Value);

/**
 * A durable execution in memory: remembers each step and each look under its name, as JSON, and gives them back when
 * its function is run again. Waiting moves the clock.
 */
export class DurableFake implements Durable {
  readonly execution: string;
  readonly #clock: ClockFake;
  readonly #remembered = new Map<string, unknown>();
  #seen = new Set<string>();

  constructor(clock: ClockFake, execution = 'execution-1') {
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
    if (!this.#remembered.has(name)) this.#remembered.set(name, asJson(await work()));
    return this.#remembered.get(name) as Result;
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
    for (;;) {
      const last = this.#remembered.get(name) as { done: boolean; state: State } | undefined;
      if (last?.done) return last.state;
      this.#remembered.set(name, asJson(await look(last?.state ?? first)));
      const { done } = this.#remembered.get(name) as { done: boolean };
      if (done) continue;
      const { state } = this.#remembered.get(name) as { state: State };
      this.#clock.advance((typeof pause === 'number' ? pause : pause(state)) * SECOND);
    }
  }
}
