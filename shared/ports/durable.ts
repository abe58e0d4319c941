import type { Seconds } from '../domain/index.ts';

/**
 * Work that outlives an invocation. A step runs once and its result is remembered; between steps nothing may
 * depend on time, chance or state, since everything up to the last step is run again after each wait.
 */
export interface Durable {
  /** Names this execution: the same in each of its replays, another in every other execution. */
  readonly execution: string;
  step<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
  wait(name: string, seconds: Seconds): Promise<void>;
  /**
   * Runs `look` until it says `done`, waiting so many seconds in between.
   * `state` is what the last look gave.
   *
   * @param pause whole seconds, at least one: the same after each look, or as the state asks for
   */
  poll<State>(
    name: string,
    pause: Seconds | ((state: State) => Seconds),
    first: State,
    look: (state: State) => Promise<{ readonly done: boolean; readonly state: State }>,
  ): Promise<State>;
}
