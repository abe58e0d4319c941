import type { PutScalingPolicyCommandInput } from '@aws-sdk/client-auto-scaling';
import type { ScalingPolicy } from '@aws-sdk/client-auto-scaling';
import { arn, validationError } from '../../kernel/index.ts';
import { adjusted, stepFor } from './adjustment.ts';
import { hasScalingInProgress, isCoolingDown, requireNoCooldown, resize, withinBounds } from './capacity.ts';
import { policyExecuted } from './causes.ts';
import type { Engine } from './engine.ts';
import { runs } from './engine.ts';
import { notImplemented } from './group-settings.ts';
import { countedInstances, defaultWarmup, isPending, isWarming } from './instances.ts';
import type { Group, Policy } from './model.ts';

export const adjustmentTypes = ['ChangeInCapacity', 'ExactCapacity', 'PercentChangeInCapacity'] as const;

/** What a policy was executed for. */
export interface PolicyTrigger {
  /** Absent for ExecutePolicy. */
  readonly alarmName?: string;
  readonly metricValue?: number | undefined;
  readonly threshold?: number | undefined;
  readonly honorsCooldown: boolean;
}

/**
 * Creates a policy or replaces the one of its name, which keeps its ARN.
 *
 * @throws AwsError ValidationError; NotImplemented for target tracking and predictive scaling
 */
export function putPolicy(engine: Engine, group: Group, input: PutScalingPolicyCommandInput): Policy {
  const { PolicyName = '', PolicyType = 'SimpleScaling' } = input;
  requireKnownPolicy(input, PolicyType);
  const { account, ids } = engine.kernel;
  const name = `autoScalingGroupName/${group.name}:policyName/${PolicyName}`;
  const { AutoScalingGroupName: _group, ...settings } = input;
  const policy: Policy = {
    ...settings,
    AutoScalingGroupName: group.name,
    PolicyName,
    PolicyType,
    PolicyARN:
      group.policies.get(PolicyName)?.PolicyARN ??
      arn(account, 'autoscaling', `scalingPolicy:${ids.uuid()}:${name}`),
    Enabled: input.Enabled ?? true,
    Alarms: [],
    ...(PolicyType === 'StepScaling'
      ? { MetricAggregationType: input.MetricAggregationType ?? 'Average' }
      : {}),
  };
  group.policies.set(PolicyName, policy);
  return policy;
}

function requireKnownPolicy(input: PutScalingPolicyCommandInput, type: string): void {
  if (type === 'TargetTrackingScaling' || type === 'PredictiveScaling')
    throw notImplemented(`policies of type ${type}`);
  if (type !== 'SimpleScaling' && type !== 'StepScaling')
    throw validationError(`Policy type ${type} is not valid.`);
  const known: readonly string[] = adjustmentTypes;
  if (!known.includes(input.AdjustmentType ?? '')) {
    throw validationError(`AdjustmentType must be one of ${known.join(', ')}`);
  }
  if (type === 'SimpleScaling' && input.ScalingAdjustment === undefined) {
    throw validationError('You must specify scaling adjustment for simple scaling policy.');
  }
  if (type === 'StepScaling' && (input.StepAdjustments?.length ?? 0) === 0) {
    throw validationError('At least one StepAdjustment must be specified for step scaling policy.');
  }
}

/** Carries a policy out for an alarm, where nothing stands in its way. */
export function onAlarm(engine: Engine, group: Group, policy: Policy, trigger: PolicyTrigger): void {
  if (!runs(group, 'AlarmNotification') || policy.Enabled === false) return;
  const isBusy = isCoolingDown(engine, group) || hasScalingInProgress(group);
  if (policy.PolicyType === 'SimpleScaling' && isBusy) return;
  execute(engine, group, policy, trigger);
}

/** @throws AwsError ScalingActivityInProgressFault, ValidationError */
export function executePolicy(engine: Engine, group: Group, policy: Policy, trigger: PolicyTrigger): void {
  if (trigger.honorsCooldown && policy.PolicyType === 'SimpleScaling') requireNoCooldown(engine, group);
  if (
    policy.PolicyType === 'StepScaling' &&
    (trigger.metricValue === undefined || trigger.threshold === undefined)
  ) {
    throw validationError('MetricValue and BreachThreshold must be specified for a step scaling policy.');
  }
  execute(engine, group, policy, trigger);
}

function execute(engine: Engine, group: Group, policy: Policy, trigger: PolicyTrigger): void {
  const wanted =
    policy.PolicyType === 'StepScaling'
      ? stepWish(engine, group, policy, trigger)
      : simpleWish(group, policy);
  if (wanted === undefined) return;
  const desired = withinBounds(group, wanted);
  if (desired === group.desired) return;
  const words = policyExecuted(policy.PolicyName, group.desired, desired, trigger.alarmName);
  resize(engine, group, { desired }, words, `policy ${policy.PolicyName}`);
  if (policy.PolicyType !== 'SimpleScaling') return;
  group.cooldown = { seconds: policy.Cooldown ?? group.settings.DefaultCooldown, until: undefined };
}

function simpleWish(group: Group, policy: ScalingPolicy): number {
  return adjusted(
    group.desired,
    policy.AdjustmentType ?? '',
    policy.ScalingAdjustment ?? 0,
    policy.MinAdjustmentMagnitude ?? undefined,
  );
}

/**
 * Instances that warm up count as already added: a second alarm adds only what its step asks for beyond them, and
 * nothing is taken in before they are ready.
 */
function stepWish(
  engine: Engine,
  group: Group,
  policy: ScalingPolicy,
  trigger: PolicyTrigger,
): number | undefined {
  const { metricValue, threshold } = trigger;
  if (metricValue === undefined || threshold === undefined) return undefined;
  const adjustment = stepFor(policy.StepAdjustments ?? [], metricValue, threshold);
  if (adjustment === undefined) return undefined;
  const warmup = policy.EstimatedInstanceWarmup ?? defaultWarmup(group) ?? group.settings.DefaultCooldown;
  const now = engine.kernel.clock.now();
  const warming = countedInstances(group).filter(
    (each) => isPending(each) || isWarming(each, warmup, now),
  ).length;
  const isFilling = countedInstances(group).length < group.desired;
  const magnitude = policy.MinAdjustmentMagnitude ?? undefined;
  const ready = group.desired - warming - Math.max(0, group.desired - countedInstances(group).length);
  const wanted = adjusted(ready, policy.AdjustmentType ?? '', adjustment, magnitude);
  if (warming === 0 && !isFilling) return wanted;
  return Math.max(wanted, group.desired);
}
