import type {
  AutoScalingGroup,
  LifecycleHook,
  LifecycleState,
  NotificationConfiguration,
  ScalingPolicy,
  ScheduledUpdateGroupAction,
} from '@aws-sdk/client-auto-scaling';
import type { Cancel, Instant } from '../../kernel/index.ts';
import type { Activity } from './activities.ts';
import type { Refresh } from './refresh/model.ts';
import type { WarmPool } from './warm-pool/model.ts';

/** What a group is made of beside its size and instances, under AWS's names: echoed by DescribeAutoScalingGroups. */
export type GroupSettings = Pick<
  AutoScalingGroup,
  | 'LaunchTemplate'
  | 'MixedInstancesPolicy'
  | 'HealthCheckGracePeriod'
  | 'PlacementGroup'
  | 'NewInstancesProtectedFromScaleIn'
  | 'ServiceLinkedRoleARN'
  | 'MaxInstanceLifetime'
  | 'CapacityRebalance'
  | 'Context'
  | 'DesiredCapacityType'
  | 'DefaultInstanceWarmup'
  | 'InstanceMaintenancePolicy'
  | 'AvailabilityZoneDistribution'
  | 'AvailabilityZoneImpairmentPolicy'
  | 'CapacityReservationSpecification'
  | 'InstanceLifecyclePolicy'
  | 'DeletionProtection'
> & {
  readonly DefaultCooldown: number;
  readonly HealthCheckType: string;
  readonly TerminationPolicies: readonly string[];
  /** In the order in which the caller named them. */
  readonly subnets: readonly string[];
};

/** A subnet to launch into. */
export interface Place {
  readonly zone: string;
  readonly subnetId: string;
}

export interface GroupTag {
  readonly value: string;
  readonly propagateAtLaunch: boolean;
}

export type Transition = 'autoscaling:EC2_INSTANCE_LAUNCHING' | 'autoscaling:EC2_INSTANCE_TERMINATING';

/** A lifecycle hook with AWS's defaults filled in. */
export type Hook = LifecycleHook & {
  readonly LifecycleHookName: string;
  readonly LifecycleTransition: Transition;
  /** Seconds. */
  readonly HeartbeatTimeout: number;
  /** Seconds. */
  readonly GlobalTimeout: number;
  readonly DefaultResult: 'CONTINUE' | 'ABANDON';
};

/** The launch template version an instance was started from. */
export interface LaunchedFrom {
  readonly id: string;
  readonly name: string;
  readonly version: number;
}

export interface GroupInstance {
  readonly id: string;
  readonly zone: string;
  readonly subnetId: string;
  readonly imageId: string;
  readonly instanceType: string;
  readonly launchedAt: Instant;
  readonly market: 'on-demand' | 'spot';
  /** Units of capacity that it stands for; undefined where the group has no weights: one. */
  readonly weight: number | undefined;
  /** Absent for an instance that was attached. */
  readonly template: LaunchedFrom | undefined;
  state: LifecycleState;
  health: 'Healthy' | 'Unhealthy';
  /** Why it is unhealthy, in the words of an activity's cause. */
  unhealthyBecause: string | undefined;
  isProtected: boolean;
  /** When it last entered service; the grace period and the warm-up count from here. */
  inServiceSince: Instant | undefined;
  /** Target groups it is registered with, or draining from. */
  readonly targetGroups: Set<string>;
  /** The activity that launches or terminates it, while it lasts. */
  activity: Activity | undefined;
  /** Hooks and draining are over, EC2 has been told to end it. */
  isEnding: boolean;
  /** Where it last came from and where it goes, as events tell it. */
  route: Route;
}

export type Location = 'EC2' | 'AutoScalingGroup' | 'WarmPool';

export interface Route {
  readonly origin: Location;
  readonly destination: Location;
}

export type SuspendedProcesses = Map<string, string>;

/** What put a group's desired capacity where it is. */
export interface CapacityCause {
  readonly at: Instant;
  /** As an activity's Cause begins: `a user request explicitly set group desired capacity changing …`. */
  readonly words: string;
}

export interface Group {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Instant;
  settings: GroupSettings;
  min: number;
  max: number;
  desired: number;
  /** Capacity that a refresh wants beyond the desired one, while it launches before it terminates. */
  refreshSurge: number;
  /** An instance is being moved from a crowded zone to a sparse one. */
  isRebalancing: boolean;
  /** Why there is more capacity than wanted, as a custom termination policy is told. */
  terminationCause: TerminationCause;
  /** A custom termination policy is being asked. */
  isAsking: boolean;
  /** Instances that are terminated once their successors are in service, and why. */
  readonly leaving: Map<string, string>;
  lastCause: CapacityCause;
  /** What the last simple scaling policy keeps others from; it begins when that scaling is over. */
  cooldown: Cooldown | undefined;
  readonly instances: Map<string, GroupInstance>;
  warmPool: WarmPool | undefined;
  /** Instances of the warm pool: they are none of the group's own until they leave it. */
  readonly warmed: Map<string, GroupInstance>;
  readonly hooks: Map<string, Hook>;
  /** ARNs of the target groups its instances serve. */
  readonly targetGroups: Set<string>;
  readonly tags: Map<string, GroupTag>;
  readonly suspended: SuspendedProcesses;
  readonly metrics: Set<string>;
  readonly notifications: NotificationConfiguration[];
  readonly scheduled: Map<string, ScheduledAction>;
  readonly policies: Map<string, Policy>;
  /** What the policies made of the latest instant at which alarms called for any. */
  policyRound: PolicyRound | undefined;
  readonly launchFailures: LaunchFailures;
  /** Newest first. */
  readonly refreshes: Refresh[];
  isBeingDeleted: boolean;
}

export type TerminationCause = 'SCALE_IN' | 'REBALANCE';

export interface Cooldown {
  readonly seconds: number;
  /** Undefined while instances still come or go. */
  until: Instant | undefined;
}

export type Policy = ScalingPolicy & { readonly PolicyName: string; readonly PolicyARN: string };

export interface PolicyRound {
  readonly at: Instant;
  /** The desired capacity before it. */
  readonly from: number;
  /** The largest that any policy has asked for; undefined before the first. */
  wish: number | undefined;
}

export interface ScheduledAction {
  readonly action: ScheduledUpdateGroupAction;
  cancel: Cancel;
}

/** Failures since the last successful launch, and where; AWS tries less and less often, and other zones first. */
export interface LaunchFailures {
  count: number;
  retryAt: Instant;
  readonly zones: Map<string, Instant>;
}
