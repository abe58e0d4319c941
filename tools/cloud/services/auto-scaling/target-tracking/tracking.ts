import type { PutScalingPolicyCommandInput, TargetTrackingConfiguration } from '@aws-sdk/client-auto-scaling';
import { validationError } from '../../../kernel/index.ts';
import type { Engine } from '../engine.ts';
import type { Group, Policy } from '../model.ts';
import { policyCapacity } from '../policy-capacity.ts';
import { alarmOf } from './alarms.ts';
import { scaleInWish, scaleOutWish } from './wishes.ts';

const OF_OTHER_TYPES = [
  'AdjustmentType',
  'ScalingAdjustment',
  'StepAdjustments',
  'MinAdjustmentMagnitude',
  'MinAdjustmentStep',
  'MetricAggregationType',
  'Cooldown',
] as const;

/** @throws AwsError ValidationError */
export function requireTargetTracking(
  group: Group,
  input: PutScalingPolicyCommandInput,
): TargetTrackingConfiguration {
  const foreign = OF_OTHER_TYPES.find((name) => input[name] !== undefined);
  if (foreign !== undefined)
    throw validationError(`${foreign} is not supported with the TargetTrackingScaling policy type.`);
  const configuration = input.TargetTrackingConfiguration;
  if (configuration === undefined)
    throw validationError(
      'TargetTrackingConfiguration must be specified for a target tracking scaling policy.',
    );
  if ((configuration.TargetValue ?? 0) <= 0) throw validationError('TargetValue must be greater than 0.');
  const isTracked = [...group.policies.values()].some(
    (other) =>
      other.PolicyName !== input.PolicyName &&
      other.TargetTrackingConfiguration !== undefined &&
      metricKey(other.TargetTrackingConfiguration) === metricKey(configuration),
  );
  if (isTracked)
    throw validationError(
      'Only one TargetTrackingScaling policy for a given metric specification is allowed.',
    );
  return configuration;
}

function metricKey({
  PredefinedMetricSpecification,
  CustomizedMetricSpecification,
}: TargetTrackingConfiguration) {
  return JSON.stringify(PredefinedMetricSpecification ?? CustomizedMetricSpecification);
}

/**
 * What a policy makes of one of its alarms, before the group's bounds.
 *
 * @param alarmName  the alarm that stands
 * @param desired    what the group was to be before any policy of this instant
 * @returns undefined where it has to wait
 */
export function trackingWish(
  engine: Engine,
  group: Group,
  policy: Policy,
  alarmName: string | undefined,
  desired: number,
): number | undefined {
  const isHigh = alarmName === alarmOf(policy.Alarms ?? [], 'High');
  return isHigh ? outWish(engine, group, policy, desired) : inWish(engine, group, desired);
}

function outWish(engine: Engine, group: Group, policy: Policy, desired: number): number | undefined {
  const value = valueOf(engine, policy, 'High');
  if (value === undefined) return undefined;
  const { ready } = policyCapacity(engine, group, policy, desired);
  return Math.max(desired, scaleOutWish(ready, value, targetOf(policy)));
}

/**
 * "The Auto Scaling group will scale out if any of the target tracking policies are ready for scale out, but will
 * scale in only if all of the target tracking policies (with the scale-in portion enabled) are ready to scale in."
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html
 */
function inWish(engine: Engine, group: Group, desired: number): number | undefined {
  const tracking = [...group.policies.values()].filter(
    ({ PolicyType, Enabled }) => PolicyType === 'TargetTrackingScaling' && Enabled !== false,
  );
  if (tracking.some((policy) => stands(engine, policy, 'High'))) return undefined;
  const scalingIn = tracking.filter(
    ({ TargetTrackingConfiguration: configuration }) => configuration?.DisableScaleIn !== true,
  );
  let wish = 0;
  for (const policy of scalingIn) {
    const value = valueOf(engine, policy, 'Low');
    const { current, isScalingOut } = policyCapacity(engine, group, policy, desired);
    if (isScalingOut || value === undefined || !stands(engine, policy, 'Low')) return undefined;
    // The largest capacity that any policy asks for wins.
    wish = Math.max(wish, scaleInWish(current, value, targetOf(policy)));
  }
  return Math.min(desired, wish);
}

function stands(engine: Engine, { Alarms = [] }: Policy, side: 'High' | 'Low'): boolean {
  return engine.on.alarms.state(alarmOf(Alarms, side) ?? '') === 'ALARM';
}

function valueOf(engine: Engine, { Alarms = [] }: Policy, side: 'High' | 'Low'): number | undefined {
  return engine.on.alarms.lastValue(alarmOf(Alarms, side) ?? '');
}

function targetOf({ TargetTrackingConfiguration: configuration }: Policy): number {
  return configuration?.TargetValue ?? Infinity;
}
