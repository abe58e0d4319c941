/**
 * What the timing rules look at: every clock of a deployment that must agree with another.
 *
 * A figure is undefined where neither a template nor AWS's defaults tell it; no rule speaks on such a figure.
 */
import type { Fleet, Instant, Seconds } from '../../shared/domain/index.ts';

export type Figure = number | undefined;

export interface TimingModel {
  readonly now: Instant;
  readonly fleets: readonly FleetClocks[];
  readonly groups: readonly GroupClocks[];
  readonly functions: readonly FunctionClocks[];
  readonly queues: readonly QueueClocks[];
  readonly alarms: readonly AlarmClocks[];
  readonly schedules: readonly ScheduleClocks[];
}

/** A fleet of fleets.yml, and its group where the template holds it. */
export interface FleetClocks {
  readonly fleet: Fleet;
  readonly group?: GroupClocks;
  /** What serves its hooks and its refreshes, where the template holds it. */
  readonly admit?: FunctionClocks;
  readonly drain?: FunctionClocks;
  readonly refresh?: FunctionClocks;
  readonly alarms: readonly AlarmClocks[];
}

/** An Auto Scaling group. */
export interface GroupClocks {
  /** Its logical id. */
  readonly id: string;
  readonly min: Figure;
  readonly max: Figure;
  readonly desired: Figure;
  /** Whether the health that its load balancer sees replaces instances. */
  readonly asksLoadBalancer: boolean | undefined;
  readonly grace: Figure;
  /** `unset`: the group names none, and AWS takes other figures in its place. */
  readonly warmUp: Figure | 'unset';
  /** Whether any of its instances may be Spot. */
  readonly hasSpot: boolean | undefined;
  /** Whether EC2 sends its instances' metrics each minute (`Monitoring`). */
  readonly isDetailed: boolean | undefined;
  readonly hooks: readonly HookClocks[];
  readonly targetGroups: readonly TargetGroupClocks[];
  /** CloudFormation's rolling update, where it has one: how many stay in service, how many go at a time. */
  readonly rollingUpdate?: { readonly keeps: Figure; readonly batch: Figure };
  /** Of its instance maintenance policy, in percent. */
  readonly maintenance?: { readonly minHealthy: Figure; readonly maxHealthy: Figure };
  /** What its instances run as they boot, as far as the template holds it. */
  readonly bootScript: string | undefined;
}

export type Transition = 'launching' | 'terminating';

export interface HookClocks {
  readonly name: string;
  readonly transition: Transition | undefined;
  /** Seconds without a heartbeat after which the hook ends by its default result. */
  readonly heartbeat: Figure;
  readonly defaultResult: string | undefined;
  /** Whether it stands before the first instance launches. */
  readonly isCreatedWithGroup: boolean;
  /**
   * `none`: nothing in the template is told of it; `later`: what is told of it is not sure to stand before the group;
   * `topic`: it notifies by itself.
   */
  readonly answered: 'before' | 'later' | 'none' | 'topic';
}

export interface TargetGroupClocks {
  readonly id: string;
  readonly deregistrationDelay: Figure;
  readonly interval: Figure;
  readonly timeout: Figure;
  readonly healthyThreshold: Figure;
  readonly unhealthyThreshold: Figure;
  /** Seconds after which its load balancer closes a connection that is silent; undefined for one that has no such limit. */
  readonly idleTimeout: Figure;
}

export interface FunctionClocks {
  readonly id: string;
  readonly timeout: Figure;
  /** How long one durable execution may take; undefined for a function that is not durable, too. */
  readonly executionTimeout: Figure;
}

export interface QueueClocks {
  readonly id: string;
  readonly visibility: Figure;
  readonly retention: Figure;
  readonly deadLetters?: QueueClocks;
  /** Functions that read it. */
  readonly readers: readonly { readonly function: FunctionClocks; readonly batchWindow: Figure }[];
}

export interface AlarmClocks {
  readonly id: string;
  /** Of Evenkeel's alarms: the fleet, the signal and the side. */
  readonly signal?: { readonly fleet: string; readonly name: string; readonly side: 'high' | 'low' };
  readonly namespace: string | undefined;
  readonly period: Figure;
  readonly evaluationPeriods: Figure;
  readonly missingData: string | undefined;
  /** The group whose instances it measures, by EC2's own metrics. */
  readonly measures?: GroupClocks;
}

export interface ScheduleClocks {
  readonly id: string;
  /** Whose words the expression is in: Auto Scaling's are those of Unix. */
  readonly dialect: 'scheduler' | 'rule' | 'auto-scaling';
  readonly expression: string | undefined;
  readonly zone: string | undefined;
  readonly start: Instant | undefined;
  readonly end: Instant | undefined;
  /** The function that it starts. */
  readonly starts?: FunctionClocks;
}

/** How long an alarm looks back, in seconds. */
export function windowOf({ period, evaluationPeriods }: AlarmClocks): Figure {
  return period === undefined || evaluationPeriods === undefined ? undefined : period * evaluationPeriods;
}

/** Seconds from a registration until one health check has passed, at the most. */
export function firstHealthCheck({ interval, timeout }: TargetGroupClocks): Figure {
  return interval === undefined || timeout === undefined ? undefined : interval + timeout;
}

/**
 * How long AWS lets heartbeats prolong a hook: 48 hours or 100 times the heartbeat timeout, whichever is less.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks.html
 */
export function globalTimeout(heartbeat: Seconds): Seconds {
  return Math.min(172_800, 100 * heartbeat);
}
