/**
 * A Date whose present is the cloud's.
 *
 * A Proxy and not a subclass, so that dates made by Node itself are instances of it as well. Timers are
 * Node's own (sleeping-timers.ts): code that fakes them breaks HTTP clients.
 */
export function virtualDate(now: () => number): DateConstructor {
  const virtual = new Proxy(Date, {
    construct: (target, args: unknown[], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
    apply: (target) => new target(now()).toString(),
    get: (target, property, receiver) =>
      property === 'now' ? now : (Reflect.get(target, property, receiver) as unknown),
  });
  Date.prototype.constructor = virtual;
  return virtual;
}
