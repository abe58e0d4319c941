import type { Decision } from '../../shared/domain/index.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { DeniedRequest } from '../cloud/iam/grants.ts';
import type { RefusedWire } from '../cloud/wiring/index.ts';
import type { Trace } from './load/trace.ts';
import { judgeCapacity, type CapacityReport } from './observe/capacity.ts';
import type { DrainReport } from './observe/drains.ts';
import { judgeShadow, type ShadowReport } from './observe/shadow.ts';
import { judgeForecast, type ForecastReport } from './observe/forecast.ts';
import type { InstanceTimes } from './observe/instance-times.ts';
import type { Verdict } from './observe/invariants/index.ts';
import type { NotificationReport } from './observe/notifications.ts';
import type { RefreshReport } from './observe/refreshes.ts';
import type { RefusedDelivery } from './observe/refusals.ts';
import type { UnmatchedRule } from './observe/rules.ts';
import type { Options } from './options.ts';
import { compared, type ComparisonReport } from './comparison.ts';
import type { Session } from './session.ts';
import type { TrafficReport } from './traffic/report.ts';
import type { JobsReport } from './workers/job-log.ts';

/** What `--json` writes. */
export interface Report {
  readonly scenario: string;
  readonly load: string;
  readonly seed: number;
  readonly virtualSeconds: number;
  readonly wallSeconds: number;
  /** Wall seconds that `sls deploy` took. */
  readonly deploySeconds: number;
  readonly invariants: readonly Verdict[];
  readonly capacity: CapacityReport;
  /** How well the load was foreseen. */
  readonly forecast: ForecastReport;
  /** Where requests were real, by kind and by what went on as well. */
  readonly requests: {
    readonly total: number;
    readonly failed: number;
    readonly kinds?: TrafficReport['kinds'];
    readonly events?: TrafficReport['events'];
  };
  /** What became of real requests, where there were some, and of the instances that left meanwhile. */
  readonly traffic?: TrafficReport;
  /** What became of the jobs of a queue, where there was one. */
  readonly jobs?: JobsReport;
  /** What the policy beside the one that acts would have done otherwise, where there was one. */
  readonly shadow?: ShadowReport;
  /** What target tracking would have made of the same load, where it was simulated. */
  readonly comparison?: ComparisonReport;
  readonly decisions: readonly Decision[];
  /** How long instances took to come and to go. */
  readonly instanceTimes: InstanceTimes;
  readonly drains: readonly DrainReport[];
  readonly refreshes: readonly RefreshReport[];
  readonly notifications: readonly NotificationReport[];
  /** Calls by the control plane's roles, by action. */
  readonly awsCalls: Readonly<Record<string, number>>;
  readonly denied: readonly DeniedRequest[];
  readonly unusedGrants: readonly unknown[];
  /** Messages that were sent and refused, by sender and target. */
  readonly refusedDeliveries: readonly RefusedDelivery[];
  /** Ways laid for messages by which none would get through, used or not. */
  readonly refusedWires: readonly RefusedWire[];
  /** Rules that took nothing, though events of their source came. */
  readonly unmatchedRules: readonly UnmatchedRule[];
}

export interface RunFacts {
  /** Whether the load was simulated, and so can be simulated again. */
  readonly isSimulated: boolean;
  readonly options: Options;
  readonly load: Trace;
  /** When the load began. */
  readonly begin: number;
  readonly wallSeconds: number;
  readonly deploySeconds: number;
}

/** What a run has shown, once it has ended. */
export async function reportOf(cloud: Cloud, session: Session, facts: RunFacts): Promise<Report> {
  const { options, load, begin, wallSeconds, deploySeconds } = facts;
  await session.readDecisions();
  const { traffic, times, drains, refreshes, notifications, calls, fleet, invariants, rules, refusals } =
    session.observer;
  const wiring = cloud.wiringReport();
  const shadow = judgeShadow(session.decisions.all);
  const capacity = judgeCapacity(traffic.minutes, { ...session.shape, min: fleet.view().min });
  const comparison = facts.isSimulated
    ? compared(traffic.minutes, capacity, { ...session.shape, ...fleet.view(), ...times.times() })
    : undefined;
  return {
    scenario: options.scenario,
    load: load.name,
    seed: options.seed,
    virtualSeconds: (cloud.clock.now() - begin) / 1000,
    wallSeconds,
    deploySeconds,
    invariants: invariants.verdicts(),
    capacity,
    forecast: judgeForecast(session.decisions.all, traffic.minutes),
    requests: { total: Math.round(traffic.requests), failed: Math.round(traffic.failed) },
    ...(comparison !== undefined && { comparison }),
    ...(shadow !== undefined && { shadow }),
    decisions: session.decisions.all,
    instanceTimes: times.times(),
    drains: drains.reports(),
    refreshes: refreshes.reports(),
    notifications: notifications.reports,
    awsCalls: calls.counts(),
    ...cloud.iamReport(),
    refusedDeliveries: refusals.all(),
    refusedWires: wiring.refused,
    unmatchedRules: rules.unmatched(wiring.rules),
  };
}

/** The same, by what the clients of real requests say, or with what became of jobs. */
export function withWork(
  report: Report,
  { traffic, jobs }: { readonly traffic?: TrafficReport; readonly jobs?: JobsReport },
): Report {
  if (jobs !== undefined) return { ...report, jobs };
  if (traffic === undefined) return report;
  const { total, failed, kinds, events } = traffic;
  return { ...report, requests: { total, failed, kinds, events }, traffic };
}
