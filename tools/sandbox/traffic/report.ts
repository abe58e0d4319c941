import type { Leave } from './drains.ts';
import type { Kill, KillReport } from './kill.ts';
import { KINDS, type Failure, type Kind, type Tally } from './protocol.ts';
import type { Outcome } from './visitors.ts';

/** The delay that instances would wait out if nobody looked whether they are idle: AWS's default, in seconds. */
const FIXED_DELAY = 300;
const SECOND = 1000;
const HOUR = 3600;
/** So many failures are told one by one. */
const MOST_FAILURES = 50;

export interface TrafficReport {
  readonly total: number;
  readonly failed: number;
  readonly kinds: Readonly<Record<Kind, Tally>>;
  /** By what went on when they began. */
  readonly events: Readonly<Record<string, Tally>>;
  readonly drained: boolean;
  readonly drains: readonly DrainedInstance[];
  /**
   * Of what an instance waits, idle and in its drain's hands, until it is let go: 95 % of them wait no longer, in seconds.
   * This and what follows leaves those out that EC2 took.
   */
  readonly idleToCompletionP95: number | undefined;
  /** The same since its last request's end, the load balancer's own delay before the drain included. */
  readonly lastRequestToCompletionP95: number | undefined;
  /** What a fixed delay of 300 s, in place of looking whether they are idle, would have cost besides. */
  readonly instanceHoursSaved: number;
  /** Requests that were under way on instances when they began to leave. */
  readonly underWay: number;
  /** What the instance that was killed has taken along. */
  readonly kill: KillReport | undefined;
  /** Failures that the kill does not explain, and the first of them. */
  readonly failedUnexplained: number;
  readonly unexplained: readonly Failure[];
}

/** One instance on its way out, in seconds of the cloud's time. */
export interface DrainedInstance {
  readonly instance: string;
  readonly event: string;
  /** When it got no new requests any more, ISO 8601. */
  readonly deregisteredAt: string;
  readonly underWayWhenDeregistered: number;
  readonly seconds: number | undefined;
  readonly idleToCompletion: number | undefined;
  readonly lastRequestToCompletion: number | undefined;
  readonly result: string | undefined;
  /** Whether EC2 took it before a drain could let it go, as Spot does after its two minutes. */
  readonly taken: boolean;
}

export function trafficReport(
  { counts, failures }: Outcome,
  leaves: readonly Leave[],
  on: { readonly drained: boolean; readonly kill: Kill; readonly eventAt: (instant: number) => string },
): TrafficReport {
  const unexplained = failures.filter((failure) => !on.kill.explains(failure));
  const drains = leaves.map((leave) => drainedInstance(leave, on.eventAt));
  const released = drains.filter(({ taken }) => !taken);
  const all = [...counts].flatMap(([event, kinds]) =>
    [...kinds].map(([kind, tally]) => ({ event, kind, tally })),
  );
  const kinds = Object.fromEntries(
    KINDS.map((kind) => [kind, totalOf(all.filter((one) => one.kind === kind).map(({ tally }) => tally))]),
  ) as Record<Kind, Tally>;
  return {
    ...totalOf(Object.values(kinds)),
    kinds,
    events: Object.fromEntries([...counts].map(([event, of]) => [event, totalOf([...of.values()])])),
    drained: on.drained,
    drains,
    idleToCompletionP95: percentile95(released.map(({ idleToCompletion }) => idleToCompletion)),
    lastRequestToCompletionP95: percentile95(
      released.map(({ lastRequestToCompletion }) => lastRequestToCompletion),
    ),
    instanceHoursSaved: released.reduce(
      (sum, { seconds }) => sum + (seconds === undefined ? 0 : (FIXED_DELAY - seconds) / HOUR),
      0,
    ),
    underWay: drains.reduce((sum, { underWayWhenDeregistered }) => sum + underWayWhenDeregistered, 0),
    kill: on.kill.report(failures),
    unexplained: unexplained.slice(0, MOST_FAILURES),
    failedUnexplained: unexplained.length,
  };
}

function drainedInstance(leave: Leave, eventAt: (instant: number) => string): DrainedInstance {
  const { instance, deregisteredAt, hookAt, idleAt, completedAt, underWay, result, isTaken = false } = leave;
  const since = (instant: number | undefined) =>
    instant === undefined || completedAt === undefined ? undefined : (completedAt - instant) / SECOND;
  return {
    instance,
    event: eventAt(deregisteredAt),
    deregisteredAt: new Date(deregisteredAt).toISOString(),
    underWayWhenDeregistered: underWay,
    seconds: since(deregisteredAt),
    // Before its group has handed it over, a drain can neither look nor let go.
    idleToCompletion: since(hookAt === undefined ? undefined : Math.max(idleAt, hookAt)),
    lastRequestToCompletion: since(idleAt),
    result,
    taken: isTaken,
  };
}

function totalOf(tallies: readonly Tally[]): Tally {
  return {
    total: tallies.reduce((sum, { total }) => sum + total, 0),
    failed: tallies.reduce((sum, { failed }) => sum + failed, 0),
  };
}

/** By the nearest rank; undefined of nothing. */
export function percentile95(values: readonly (number | undefined)[]): number | undefined {
  const sorted = values.filter((value) => value !== undefined).toSorted((a, b) => a - b);
  return sorted[Math.ceil(0.95 * sorted.length) - 1];
}
