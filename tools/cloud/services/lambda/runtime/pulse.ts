/** Real milliseconds between two beats. */
const BEAT = 5;

/** The machine's, whatever a function's timers become. */
const { setTimeout, clearTimeout } = globalThis;

/**
 * Counts, in memory that functions' threads can read, how much time the cloud's own thread has had. While it has none, on a
 * machine that is busy or in the middle of something long, it answers nobody: a function that waits must not take that
 * for silence.
 */
export class Pulse {
  readonly shared = new SharedArrayBuffer(4);
  readonly #beats = new Uint32Array(this.shared);
  #timer: NodeJS.Timeout | undefined;
  #watched = 0;

  /** Somebody goes by it, until as many times {@link leave} is called. */
  watch(): void {
    if (this.#watched++ > 0) return;
    this.#timer = setInterval(() => Atomics.add(this.#beats, 0, 1), BEAT).unref();
  }

  leave(): void {
    if (--this.#watched === 0) clearInterval(this.#timer);
  }
}

/** Time in which the cloud could have answered. */
export interface Patience {
  /** Milliseconds of it so far. */
  readonly now: () => number;
  /** Calls `go` after so many of them. @returns undoes it */
  readonly after: (milliseconds: number, go: () => void) => () => void;
}

export function patienceBy(pulse: SharedArrayBuffer): Patience {
  const beats = new Uint32Array(pulse);
  const now = () => Atomics.load(beats, 0) * BEAT;
  return {
    now,
    after: (milliseconds, go) => {
      const due = now() + milliseconds;
      let timer: NodeJS.Timeout;
      const wait = () => {
        timer = setTimeout(() => (now() < due ? wait() : go()), Math.max(BEAT, due - now())).unref();
      };
      wait();
      return () => clearTimeout(timer);
    },
  };
}
