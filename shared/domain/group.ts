import type { Instant, Seconds } from './time.ts';

/** Auto Scaling's lifecycle states, verbatim; warm-pool states carry the prefix `Warmed:`. */
export type LifecycleState = string;

/** An instance as its Auto Scaling group sees it. */
export interface GroupInstance {
  readonly id: string;
  readonly zone: string;
  readonly lifecycle: LifecycleState;
  readonly isHealthy: boolean;
  /** Protected from scale-in. */
  readonly isProtected: boolean;
  readonly launchTemplateVersion?: string;
  readonly type?: string;
  /** Units of capacity that it counts for, where its group weighs instance types; 1 without. */
  readonly weight?: number;
}

/** An Auto Scaling group as it was described. */
export interface Group {
  readonly name: string;
  /** The identity: a group created again under the same name has another ARN. */
  readonly arn: string;
  readonly min: number;
  readonly max: number;
  readonly desired: number;
  readonly instances: readonly GroupInstance[];
  readonly targetGroupArns: readonly string[];
  /** The Application Load Balancers before it, as metrics name them; known only where they have to be asked. */
  readonly loadBalancers?: readonly string[];
  readonly suspendedProcesses: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly defaultWarmUp?: Seconds;
  readonly launchTemplate?: { readonly id: string; readonly version: string };
}

/** An entry of the group's scaling activities. */
export interface Activity {
  readonly id: string;
  readonly status: string;
  readonly description: string;
  readonly statusMessage?: string;
  /** Why, in Auto Scaling's own words. */
  readonly cause?: string;
  readonly zone?: string;
  readonly startedAt: Instant;
  readonly endedAt?: Instant;
}

/** What is needed to complete or prolong a lifecycle action. */
export interface LifecycleAction {
  readonly token: string;
  readonly group: string;
  readonly hook: string;
  readonly instance: string;
  /** Where the instance comes from and goes to, when it is a warm pool's leg. */
  readonly origin?: string;
  readonly destination?: string;
}

/** Units of capacity that an instance counts for. */
export function weightOf({ weight }: GroupInstance): number {
  return weight ?? 1;
}

/** Units of capacity of some instances together: desired capacity is in that unit. */
export function unitsOf(instances: readonly GroupInstance[]): number {
  return instances.reduce((sum, instance) => sum + weightOf(instance), 0);
}

export function isServing(instance: GroupInstance): boolean {
  return instance.lifecycle === 'InService' && instance.isHealthy;
}

type Living = Pick<GroupInstance, 'lifecycle'>;

export function isComing({ lifecycle }: Living): boolean {
  return lifecycle.startsWith('Pending');
}

export function isGoing({ lifecycle }: Living): boolean {
  return lifecycle.startsWith('Terminating') || lifecycle === 'Terminated';
}
