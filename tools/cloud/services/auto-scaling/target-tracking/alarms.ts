import type { Alarm, TargetTrackingConfiguration } from '@aws-sdk/client-auto-scaling';
import { arn } from '../../../kernel/index.ts';
import type { Engine } from '../engine.ts';
import type { Group, Policy } from '../model.ts';
import type { WatchedMetric } from './metric.ts';
import { SCALE_IN_SHARE } from './wishes.ts';

// The alarms that Auto Scaling keeps for a target tracking policy. Their names, description and form are AWS's:
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/policy-creating-ttt-aws-cli.html

/** All of the last three datapoints above the target. */
const OUT_AFTER = 3;
/** All of the last fifteen below the lower threshold. */
const IN_AFTER = 15;

type Side = 'High' | 'Low';

/**
 * Creates or changes the alarms of a policy; those that it has keep their names. One that may not scale in has no
 * low alarm.
 *
 * @returns what PutScalingPolicy and DescribePolicies show of them
 * @throws AwsError ValidationError where CloudWatch refuses the metric
 */
export function putAlarms(
  engine: Engine,
  group: Group,
  policy: Pick<Policy, 'PolicyARN'>,
  metric: WatchedMetric,
  { TargetValue = 0, DisableScaleIn = false }: TargetTrackingConfiguration,
  before: readonly Alarm[],
): Alarm[] {
  const put = (side: Side, threshold: number, periods: number): Alarm => {
    const name = alarmOf(before, side) ?? newName(engine, group, side);
    engine.on.alarms.put({
      ...metric,
      AlarmName: name,
      AlarmDescription: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${policy.PolicyARN}.`,
      AlarmActions: [policy.PolicyARN],
      ComparisonOperator: side === 'High' ? 'GreaterThanThreshold' : 'LessThanThreshold',
      Threshold: threshold,
      EvaluationPeriods: periods,
    });
    return { AlarmName: name, AlarmARN: arn(engine.kernel.account, 'cloudwatch', `alarm:${name}`) };
  };
  const high = put('High', TargetValue, OUT_AFTER);
  if (DisableScaleIn) {
    deleteAlarms(
      engine,
      before.filter(({ AlarmName }) => AlarmName !== high.AlarmName),
    );
    return [high];
  }
  return [high, put('Low', TargetValue * SCALE_IN_SHARE, IN_AFTER)];
}

function newName(engine: Engine, group: Group, side: Side): string {
  return `TargetTracking-${group.name}-Alarm${side}-${engine.kernel.ids.uuid()}`;
}

/** The policy's alarm of one side. */
export function alarmOf(alarms: readonly Alarm[], side: Side): string | undefined {
  return alarms.find(({ AlarmName = '' }) => AlarmName.includes(`-Alarm${side}-`))?.AlarmName;
}

export function deleteAlarms(engine: Engine, alarms: readonly Alarm[]): void {
  engine.on.alarms.delete(alarms.flatMap(({ AlarmName }) => AlarmName ?? []));
}
