import type { Served } from './application.ts';

/** What became of one minute of traffic at one target group. */
export interface MinuteOfTraffic {
  readonly requests: number;
  readonly succeeded: number;
  /** Answered with a 5xx by a target. */
  readonly failedByTargets: number;
  /** Answered by the load balancer itself, with 502, 503 or 504. */
  readonly failedByBalancer: Readonly<Record<BalancerStatus, number>>;
  /** Visitors who never got as far as the load balancer. */
  readonly lost: number;
  /** Connections to targets that did not come about. */
  readonly connectionErrors: number;
  /** Of the requests that a target answered. */
  readonly latency: Latency;
  /** Targets that took requests and answered them, when the minute ended. */
  readonly servingInstances: number;
}

/**
 * What a load balancer answers for want of an answer: 502 when the target refuses the connection, 503 when the group
 * has no target that may take requests, 504 when the connection or the answer does not come in time.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
 */
export type BalancerStatus = 502 | 503 | 504;

interface Latency {
  readonly sum: number;
  readonly count: number;
  readonly min: number;
  readonly max: number;
  /** How many requests took how long. */
  readonly each?: readonly (readonly [seconds: number, requests: number])[];
}

export const NO_TRAFFIC: MinuteOfTraffic = {
  requests: 0,
  succeeded: 0,
  failedByTargets: 0,
  failedByBalancer: { 502: 0, 503: 0, 504: 0 },
  lost: 0,
  connectionErrors: 0,
  latency: { sum: 0, count: 0, min: Number.POSITIVE_INFINITY, max: 0 },
  servingInstances: 0,
};

/** Everything that did not succeed. */
export function failedOf({ failedByTargets, failedByBalancer, lost }: MinuteOfTraffic): number {
  return failedByTargets + lost + failedByBalancer[502] + failedByBalancer[503] + failedByBalancer[504];
}

/** A minute with requests that the load balancer answered itself. */
export function withFailure(
  minute: MinuteOfTraffic,
  requests: number,
  status: BalancerStatus,
  isConnectionError = false,
): MinuteOfTraffic {
  const { failedByBalancer } = minute;
  return {
    ...minute,
    requests: minute.requests + requests,
    failedByBalancer: { ...failedByBalancer, [status]: failedByBalancer[status] + requests },
    connectionErrors: minute.connectionErrors + (isConnectionError ? requests : 0),
  };
}

/** A minute with requests that no load balancer ever saw. */
export function withLoss(minute: MinuteOfTraffic, requests: number): MinuteOfTraffic {
  return { ...minute, requests: minute.requests + requests, lost: minute.lost + requests };
}

/** A minute with what a target made of its share; for what takes longer than the patience, nobody waits. */
export function withServed(minute: MinuteOfTraffic, served: Served, patience: number): MinuteOfTraffic {
  const { slow } = served;
  const late = slow.seconds > patience ? slow.requests : 0;
  const inTime = slow.requests - late;
  const quick = served.succeeded + served.failed - slow.requests;
  const answered = withLatency(
    withLatency(minute.latency, quick, served.latencySeconds),
    inTime,
    slow.seconds,
  );
  return withFailure(
    {
      ...minute,
      requests: minute.requests + served.succeeded + served.failed - late,
      succeeded: minute.succeeded + served.succeeded - late,
      failedByTargets: minute.failedByTargets + served.failed,
      latency: answered,
    },
    late,
    504,
  );
}

function withLatency(latency: Latency, count: number, seconds: number): Latency {
  if (count === 0) return latency;
  return {
    sum: latency.sum + count * seconds,
    count: latency.count + count,
    min: Math.min(latency.min, seconds),
    max: Math.max(latency.max, seconds),
    each: withTime(latency.each ?? [], seconds, count),
  };
}

/** Targets under the same load take the same time. */
function withTime(
  each: NonNullable<Latency['each']>,
  seconds: number,
  requests: number,
): NonNullable<Latency['each']> {
  const [before, ...others] = each;
  if (before?.[0] === seconds) return [[seconds, before[1] + requests], ...others];
  return [[seconds, requests], ...each];
}
