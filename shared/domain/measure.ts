/**
 * What the control plane counts, and by which dimensions beside `service`, which names the stage. Each combination of
 * values is a metric of its own in CloudWatch, and paid for as one: dimensions have few values.
 */
export const METRICS = {
  /** What became of an event: `done`, `busy`, or the reason for a skip. */
  Events: ['outcome'],
  /** Decisions by what they do: `scale-out`, `scale-in`, `hold`. */
  Decisions: ['fleet', 'action'],
  /** Decisions by each of their reason codes. */
  DecisionReasons: ['fleet', 'reason'],
  /** Percent of a signal's target, the newest minute, whenever the fleet is evaluated. */
  Load: ['fleet', 'signal'],
  /** Evaluations that found a signal above its target by more than the tolerance: while that lasts, one a minute. */
  MinutesAboveTarget: ['fleet'],
  /** Minutes in which the load exceeded what the instances in service could usefully carry. */
  ViolationMinutes: ['fleet'],
  /** Percent of the budget of violation minutes that the last week has spent. */
  BudgetSpent: ['fleet'],
  /** Percent by which a minute's demand was off from what had been expected of it when an instance had to be launched. */
  ForecastError: ['fleet', 'signal'],
  /** Percent by which what is planned for exceeds what is expected. */
  Headroom: ['fleet', 'signal'],
  /** Instances that the policy under `shadow:` would have more than the one that acts, below 0 fewer. */
  Divergence: ['fleet'],
  DesiredCapacity: ['fleet'],
  /** In service and healthy. */
  ServingInstances: ['fleet'],
  /** `CONTINUE`, `ABANDON` */
  Admissions: ['fleet', 'result'],
  /** By how they ended: `idle`, `deadline`, `over`, `vanished`. */
  Drains: ['fleet', 'end'],
  /** Instances whose time in a hook is up: let go before their work was finished, or served by nobody for long. */
  StuckInstances: [],
  /** By how they ended, in Auto Scaling's own words. */
  Refreshes: ['fleet', 'status'],
  /** Deliveries of stories: `delivered`, `refused`, `later`. */
  Notifications: ['channel', 'result'],
  /** Addresses of fleets.yml that nobody has confirmed, or somebody has unsubscribed. */
  UnconfirmedAddresses: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type MetricName = keyof typeof METRICS;

/** One value of a metric. */
export type Measure = {
  readonly [Name in MetricName]: {
    readonly metric: Name;
    readonly value: number;
    readonly by: Readonly<Record<(typeof METRICS)[Name][number], string>>;
  };
}[MetricName];
