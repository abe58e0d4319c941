/** Milliseconds of real time up to which a timer counts as short. */
const SHORT = 25;

/**
 * A `setTimeout` whose short timers fire at once; longer ones are left as they are.
 *
 * The durable execution SDK lets 20 ms pass before it suspends, to see whether anything else is about to happen.
 * Here nothing can: the cloud's time stands still for as long as the function runs. A day of polls would spend
 * most of its real time on it.
 */
export function withoutShortWaits(setTimeout: typeof globalThis.setTimeout): typeof globalThis.setTimeout {
  return new Proxy(setTimeout, {
    apply: (target, self, [callback, delay, ...rest]: Parameters<typeof setTimeout>) =>
      Reflect.apply(target, self, [callback, delay !== undefined && delay <= SHORT ? 0 : delay, ...rest]),
  });
}
