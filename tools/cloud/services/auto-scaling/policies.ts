import type { PutScalingPolicyCommandInput, ScalingPolicy } from '@aws-sdk/client-auto-scaling';
import { arn, validationError } from '../../kernel/index.ts';
import { adjusted } from './adjustment.ts';
import { hasScalingInProgress, isCoolingDown, requireNoCooldown, resize, withinBounds } from './capacity.ts';
import { policyExecuted } from './causes.ts';
import type { Engine } from './engine.ts';
import { runs } from './engine.ts';
import { notImplemented } from './not-implemented.ts';
import { QUOTAS, requireWithin } from './limits.ts';
import type { Group, Policy, PolicyRound } from './model.ts';
import { policyCapacity } from './policy-capacity.ts';
import { requireCoherentSteps, stepWish } from './step-scaling.ts';
import { deleteAlarms, putAlarms } from './target-tracking/alarms.ts';
import { trackedMetric } from './target-tracking/metric.ts';
import { requireTargetTracking, trackingWish } from './target-tracking/tracking.ts';

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
 * Creates a policy or replaces the one of its name, which keeps its ARN. A target tracking policy comes with its
 * alarms.
 *
 * @throws AwsError ValidationError; NotImplemented for predictive scaling
 */
export function putPolicy(engine: Engine, group: Group, input: PutScalingPolicyCommandInput): Policy {
  const { PolicyName = '', PolicyType = 'SimpleScaling' } = input;
  requireKnownPolicy(input, PolicyType);
  const before = group.policies.get(PolicyName);
  if (before === undefined)
    requireWithin(QUOTAS.policies, group.policies.size + 1, 'scaling policies per group');
  requireWithin(QUOTAS.stepAdjustments, input.StepAdjustments?.length ?? 0, 'step adjustments per policy');
  const { AutoScalingGroupName: _group, ...settings } = input;
  const PolicyARN = before?.PolicyARN ?? newArn(engine, group, PolicyName);
  const policy: Policy = {
    ...settings,
    AutoScalingGroupName: group.name,
    PolicyName,
    PolicyType,
    PolicyARN,
    Enabled: input.Enabled ?? true,
    Alarms: alarmsFor(engine, group, input, PolicyARN, before),
    ...(PolicyType === 'StepScaling'
      ? { MetricAggregationType: input.MetricAggregationType ?? 'Average' }
      : {}),
  };
  group.policies.set(PolicyName, policy);
  return policy;
}

function newArn({ kernel: { account, ids } }: Engine, group: Group, name: string): string {
  const path = `autoScalingGroupName/${group.name}:policyName/${name}`;
  return arn(account, 'autoscaling', `scalingPolicy:${ids.uuid()}:${path}`);
}

/** Only target tracking has alarms of its own; those that the policy had as another type go. */
function alarmsFor(
  engine: Engine,
  group: Group,
  input: PutScalingPolicyCommandInput,
  PolicyARN: string,
  before: Policy | undefined,
): NonNullable<Policy['Alarms']> {
  const known = before?.Alarms ?? [];
  if (input.PolicyType === 'TargetTrackingScaling') {
    const configuration = requireTargetTracking(group, input);
    const metric = trackedMetric(group, configuration);
    return putAlarms(engine, group, { PolicyARN }, metric, configuration, known);
  }
  deleteAlarms(engine, known);
  return [];
}

/** "When you delete a target tracking scaling policy, this also deletes the CloudWatch alarms." */
export function deletePolicy(engine: Engine, group: Group, policy: Policy): void {
  deleteAlarms(engine, policy.Alarms ?? []);
  group.policies.delete(policy.PolicyName);
}

function requireKnownPolicy(input: PutScalingPolicyCommandInput, type: string): void {
  if (type === 'PredictiveScaling') throw notImplemented(`policies of type ${type}`);
  if (type === 'TargetTrackingScaling') return;
  if (type !== 'SimpleScaling' && type !== 'StepScaling')
    throw validationError(`Policy type ${type} is not valid.`);
  const known: readonly string[] = adjustmentTypes;
  if (!known.includes(input.AdjustmentType ?? '')) {
    throw validationError(`AdjustmentType must be one of ${known.join(', ')}`);
  }
  if (type === 'StepScaling') requireCoherentSteps(input);
  else if (input.ScalingAdjustment === undefined) {
    throw validationError('You must specify scaling adjustment for simple scaling policy.');
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
  if (policy.PolicyType === 'TargetTrackingScaling')
    throw validationError(
      'A target tracking scaling policy cannot be executed: its alarms alone call for it.',
    );
  if (
    policy.PolicyType === 'StepScaling' &&
    (trigger.metricValue === undefined || trigger.threshold === undefined)
  ) {
    throw validationError('MetricValue and BreachThreshold must be specified for a step scaling policy.');
  }
  execute(engine, group, policy, trigger);
}

function execute(engine: Engine, group: Group, policy: Policy, trigger: PolicyTrigger): void {
  const round = roundOf(engine, group, trigger);
  const wanted = wishOf(engine, group, policy, trigger, round.from);
  if (wanted === undefined) return;
  const wish = withinBounds(group, wanted);
  const desired = round.wish === undefined ? wish : Math.max(round.wish, wish);
  round.wish = desired;
  if (desired === group.desired) return;
  const words = policyExecuted(policy.PolicyName, group.desired, desired, trigger.alarmName);
  resize(engine, group, { desired }, words, `policy ${policy.PolicyName}`);
  if (policy.PolicyType !== 'SimpleScaling') return;
  group.cooldown = { seconds: policy.Cooldown ?? group.settings.DefaultCooldown, until: undefined };
}

/**
 * Policies that alarms call for at the same instant all reckon with the capacity before it, and "the policy that
 * provides the largest capacity" wins, out as well as in.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scale-based-on-demand.html#multiple-scaling-policy-resolution
 */
function roundOf(engine: Engine, group: Group, { alarmName }: PolicyTrigger): PolicyRound {
  const at = engine.kernel.clock.now();
  const last = group.policyRound;
  const isOn = alarmName !== undefined && last?.at === at && (last.wish ?? last.from) === group.desired;
  const round = isOn ? last : { at, from: group.desired, wish: undefined };
  group.policyRound = round;
  return round;
}

function wishOf(
  engine: Engine,
  group: Group,
  policy: Policy,
  trigger: PolicyTrigger,
  desired: number,
): number | undefined {
  switch (policy.PolicyType) {
    case 'TargetTrackingScaling':
      return trackingWish(engine, group, policy, trigger.alarmName, desired);
    case 'StepScaling': {
      const { metricValue, threshold } = trigger;
      if (metricValue === undefined || threshold === undefined) return undefined;
      const capacity = policyCapacity(engine, group, policy, desired);
      return stepWish(policy, { metricValue, threshold }, capacity, desired);
    }
    default:
      return simpleWish(policy, desired);
  }
}

function simpleWish(policy: ScalingPolicy, desired: number): number {
  const { AdjustmentType = '', ScalingAdjustment = 0, MinAdjustmentMagnitude } = policy;
  return adjusted(desired, AdjustmentType, ScalingAdjustment, MinAdjustmentMagnitude ?? undefined);
}
