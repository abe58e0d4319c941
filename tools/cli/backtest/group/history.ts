import type { Metric } from '@aws-sdk/client-cloudwatch';
import type { Instant, Seconds } from '../../../../shared/domain/index.ts';
import { SECOND } from '../../../../shared/domain/index.ts';
import type { MinuteTrace } from '../../../backtest/trace/index.ts';
import { byTheMinute } from '../../../backtest/trace/index.ts';

export interface Datapoint {
  readonly at: Instant;
  readonly sum: number;
}

/** What CloudWatch has kept of a group's load, oldest first. */
export interface History {
  /** Of a datapoint. */
  readonly period: Seconds;
  /** Requests to its target groups; none where it has no Application Load Balancer. */
  readonly requests: readonly Datapoint[];
  /** Percent of CPU, of all instances together. */
  readonly cpu: readonly Datapoint[];
}

/** A metric, and which part of a history it is summed up in. */
export interface Watched {
  readonly of: 'requests' | 'cpu';
  readonly metric: Metric;
}

const FIFTEEN_DAYS = 15;
const SIXTY_THREE_DAYS = 63;

/** As far back as CloudWatch keeps anything, in days. */
export const KEPT = 455;

/**
 * The finest datapoints that CloudWatch has kept for so long, and that hold one value of each instance: with basic
 * monitoring an instance tells its CPU every five minutes.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html
 */
export function periodFor(days: number, isDetailed: boolean): Seconds {
  if (days > SIXTY_THREE_DAYS) return 3600;
  return days >= FIFTEEN_DAYS || !isDetailed ? 300 : 60;
}

export function watchedMetrics(
  group: string,
  balanced: readonly { readonly loadBalancer: string; readonly targetGroup: string }[],
): readonly Watched[] {
  const cpu: Metric = {
    Namespace: 'AWS/EC2',
    MetricName: 'CPUUtilization',
    Dimensions: [{ Name: 'AutoScalingGroupName', Value: group }],
  };
  return [
    { of: 'cpu', metric: cpu },
    ...balanced.map(({ loadBalancer, targetGroup }): Watched => ({
      of: 'requests',
      metric: {
        Namespace: 'AWS/ApplicationELB',
        MetricName: 'RequestCount',
        Dimensions: [
          { Name: 'TargetGroup', Value: targetGroup },
          { Name: 'LoadBalancer', Value: loadBalancer },
        ],
      },
    })),
  ];
}

/** Requests in each minute. CloudWatch is told of requests alone: where nothing is told, there were none. */
export function requestsByTheMinute(name: string, { requests, period }: History): MinuteTrace {
  const step = period * SECOND;
  const told = new Map(requests.map(({ at, sum }) => [at, sum]));
  const [first, last] = [requests[0]?.at ?? 0, requests.at(-1)?.at ?? 0];
  const points = [];
  for (let at = first; at <= last; at += step)
    points.push({ at: middle(at, period), value: ((told.get(at) ?? 0) * 60) / period });
  return byTheMinute({ name, points });
}

/**
 * Percent of CPU that all instances used together. @param samples  values that each instance tells in a period
 */
export function cpuByTheMinute(name: string, { cpu, period }: History, samples: number): MinuteTrace {
  const points = cpu.map(({ at, sum }) => ({ at: middle(at, period), value: sum / samples }));
  return byTheMinute({ name, points });
}

/** What is summed over minutes is of their middle. */
function middle(at: Instant, period: Seconds): Instant {
  return period > 60 ? at + (period * SECOND) / 2 : at;
}

/** The busiest quarter tells most: there, what instances use for nothing counts least. */
const BUSIEST = 0.75;

/**
 * Requests a minute that would use up the CPU of an instance, by how many came with how much CPU.
 *
 * @param samples  values that each instance tells in a period
 * @returns undefined where one of the two is not known
 */
export function requestsPerInstance({ requests, cpu, period }: History, samples: number): number | undefined {
  const used = new Map(cpu.map(({ at, sum }) => [at, sum / samples]));
  const both = requests.flatMap(({ at, sum }) => {
    const percent = used.get(at);
    return percent === undefined ? [] : [{ requests: (sum * 60) / period, percent }];
  });
  const sorted = both.map((one) => one.requests).sort((one, other) => one - other);
  const least = sorted[Math.floor(BUSIEST * (sorted.length - 1))] ?? Infinity;
  let [all, percent] = [0, 0];
  for (const one of both) {
    if (one.requests < least) continue;
    all += one.requests;
    percent += one.percent;
  }
  return all > 0 && percent > 0 ? (100 * all) / percent : undefined;
}
