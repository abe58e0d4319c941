import { AsyncResource } from 'node:async_hooks';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import promised from 'node:timers/promises';
import { promisify } from 'node:util';

type SetTimeout = typeof globalThis.setTimeout;
type Callback = (...args: unknown[]) => void;

interface Timer {
  readonly handle: NodeJS.Timeout;
  /** In the cloud's time. */
  due: number;
  readonly order: number;
  hasFired: boolean;
  readonly run: () => void;
}

/** Puts a `setTimeout` into every place where code may take it from. */
export function useSetTimeout(setTimeout: SetTimeout): void {
  const native = promised.setTimeout;
  const later = <Value>(...[delay, value, options]: Parameters<typeof native<Value>>) =>
    options === undefined
      ? new Promise<Value>((resolve) => setTimeout(() => resolve(value as Value), delay))
      : native<Value>(delay, value, options);
  const replaced = new Proxy(setTimeout, {
    get: (target, property) =>
      property === promisify.custom ? later : (Reflect.get(target, property) as unknown),
  });
  globalThis.setTimeout = replaced;
  timers.setTimeout = replaced;
  promised.setTimeout = later;
  syncBuiltinESMExports();
}

/** Node takes longer delays for 1 ms. */
const LONGEST = 2 ** 31 - 1;

/**
 * Timers that are due by the machine's time and by the cloud's. They fire by the machine's, unless they are kept, and
 * by the cloud's whenever {@link fireDue} is called.
 *
 * Each is a `Timeout` of Node's, so that whatever can be done with one can be done with these. Those that keep no event
 * loop alive, and those that are made otherwise (intervals, those of Node itself), go by the machine's time alone.
 */
export class SleepingTimers {
  readonly #now: () => number;
  readonly #isKept: () => boolean;
  readonly #onSet: () => void;
  #timers: Timer[] = [];
  #order = 0;

  /**
   * @param isKept whether a timer that is due by the machine's time has to wait
   * @param onSet  called after each new timer
   */
  constructor(now: () => number, isKept: () => boolean, onSet: () => void) {
    this.#now = now;
    this.#isKept = isKept;
    this.#onSet = onSet;
  }

  /** A `setTimeout` that makes such timers. */
  over(setTimeout: SetTimeout): SetTimeout {
    return new Proxy(setTimeout, {
      apply: (target, self, [callback, delay, ...args]: [Callback, number | undefined, ...unknown[]]) => {
        const milliseconds = Math.trunc(Number(delay));
        const isLong = milliseconds > 1 && milliseconds <= LONGEST;
        if (!isLong || typeof callback !== 'function')
          return Reflect.apply(target, self, [callback, delay, ...args]) as NodeJS.Timeout;
        return this.#set(target, () => callback(...args), milliseconds);
      },
    });
  }

  /** How many have neither fired nor been cleared. */
  get count(): number {
    return this.#pending().length;
  }

  /** When the next is due, and how many milliseconds from now; undefined when there is none. In the cloud's time. */
  next(): { readonly due: number; readonly milliseconds: number } | undefined {
    const [first] = this.#pending();
    return first && { due: first.due, milliseconds: Math.max(0, first.due - this.#now()) };
  }

  /** Fires what is due by the cloud's time, each with all that follows from it at once. */
  async fireDue(): Promise<void> {
    for (const timer of this.#pending()) {
      if (timer.due > this.#now()) break;
      await new Promise<void>((resolve) => {
        setImmediate(() => {
          resolve();
          if (!isPending(timer)) return;
          // What is left of it must neither fire again nor seem to be waited for; it can be refreshed, as any other.
          timer.hasFired = true;
          timer.handle.unref();
          timer.run();
        });
      });
    }
  }

  #set(setTimeout: SetTimeout, callback: () => void, milliseconds: number): NodeJS.Timeout {
    // By hand, it would else run in the context of whatever wakes the function.
    const context = new AsyncResource('Timeout');
    const handle = setTimeout(() => {
      if (timer.hasFired) return;
      if (this.#isKept() && handle.hasRef()) refresh();
      else timer.run();
    }, milliseconds);
    const run = () => context.runInAsyncScope(callback, handle);
    const due = () => this.#now() + milliseconds;
    const timer: Timer = { handle, due: due(), order: this.#order++, hasFired: false, run };
    const refresh = handle.refresh.bind(handle);
    handle.refresh = () => {
      if (timer.hasFired) handle.ref();
      Object.assign(timer, { due: due(), hasFired: false });
      this.#add(timer);
      return refresh();
    };
    this.#add(timer);
    return handle;
  }

  #add(timer: Timer): void {
    if (!this.#timers.includes(timer)) this.#timers.push(timer);
    this.#onSet();
  }

  /** Those that wait, in the order in which they are due. */
  #pending(): readonly Timer[] {
    this.#timers = this.#timers.filter(isPending).sort((a, b) => a.due - b.due || a.order - b.order);
    return this.#timers;
  }
}

/**
 * `_destroyed` is the only word that Node has for a timer that is over. Should it go, all timers seem to wait, and the
 * event loop is found to wait for others than these.
 */
function isPending({ handle, hasFired }: Timer): boolean {
  return !hasFired && handle.hasRef() && (handle as unknown as { _destroyed?: boolean })._destroyed !== true;
}
