import type { AutoScaling, AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import type { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { alarmPrefix, type FleetName } from '../../../shared/domain/index.ts';
import { HOOK_NAMES } from './hooks.ts';
import { CONSENT, type AdoptionStep, type GroupFacts } from './plan.ts';

export interface Clients {
  readonly autoScaling: AutoScaling;
  readonly cloudWatch: CloudWatch;
}

/** A group's facts; undefined when there is no such group. */
export async function factsOf(name: string, { autoScaling }: Clients): Promise<GroupFacts | undefined> {
  const AutoScalingGroupName = name;
  const { AutoScalingGroups: [group] = [] } = await autoScaling.describeAutoScalingGroups({
    AutoScalingGroupNames: [name],
  });
  if (group === undefined) return undefined;
  const [hooks, policies, scheduled] = await Promise.all([
    autoScaling.describeLifecycleHooks({ AutoScalingGroupName }),
    autoScaling.describePolicies({ AutoScalingGroupName }),
    autoScaling.describeScheduledActions({ AutoScalingGroupName }),
  ]);
  return {
    name,
    tags: Object.fromEntries((group.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
    hasLaunchTemplate: group.LaunchTemplate !== undefined,
    healthCheckType: group.HealthCheckType ?? 'EC2',
    targetGroups: targetGroupsOf(group),
    hooks: (hooks.LifecycleHooks ?? []).flatMap(({ LifecycleHookName }) => LifecycleHookName ?? []),
    rivals: [
      ...(policies.ScalingPolicies ?? []).map(
        ({ PolicyName = '', PolicyType = '' }) => `the ${PolicyType} policy ${PolicyName}`,
      ),
      ...(scheduled.ScheduledUpdateGroupActions ?? []).map(
        ({ ScheduledActionName = '' }) => `the scheduled action ${ScheduledActionName}`,
      ),
    ],
  };
}

/** `arn:…:targetgroup/web/0123456789abcdef` → `targetgroup/web/0123456789abcdef` */
function targetGroupsOf({ TargetGroupARNs = [] }: AutoScalingGroup): string[] {
  return TargetGroupARNs.flatMap((arn) => arn.split(':').at(-1) ?? []);
}

export async function take(
  step: AdoptionStep,
  group: string,
  { autoScaling, cloudWatch }: Clients,
): Promise<void> {
  if (step.kind === 'hook') await autoScaling.putLifecycleHook(step.input);
  else if (step.kind === 'alarm') await cloudWatch.putMetricAlarm(step.input);
  else await autoScaling.createOrUpdateTags({ Tags: [tag(group, step.key, step.value)] });
}

/**
 * Gives a group back: first the tag, after which no role of Evenkeel's may touch it, then alarms and hooks. What is not
 * there is passed over.
 */
export async function giveBack(
  group: GroupFacts,
  { stage, fleet }: { readonly stage: string; readonly fleet: FleetName },
  { autoScaling, cloudWatch }: Clients,
): Promise<string[]> {
  const done: string[] = [];
  if (group.tags[CONSENT] === fleet) {
    await autoScaling.deleteTags({ Tags: [tag(group.name, CONSENT, fleet)] });
    done.push(`tag ${CONSENT}`);
  }
  const { MetricAlarms = [] } = await cloudWatch.describeAlarms({
    AlarmNamePrefix: alarmPrefix(stage, fleet),
  });
  const AlarmNames = MetricAlarms.flatMap(({ AlarmName }) => AlarmName ?? []);
  if (AlarmNames.length > 0) await cloudWatch.deleteAlarms({ AlarmNames });
  done.push(...AlarmNames.map((name) => `alarm ${name}`));
  for (const LifecycleHookName of Object.values(HOOK_NAMES)) {
    if (!group.hooks.includes(LifecycleHookName)) continue;
    await autoScaling.deleteLifecycleHook({ AutoScalingGroupName: group.name, LifecycleHookName });
    done.push(`hook ${LifecycleHookName}`);
  }
  return done;
}

const tag = (group: string, Key: string, Value: string) => ({
  ResourceId: group,
  ResourceType: 'auto-scaling-group',
  Key,
  Value,
  PropagateAtLaunch: true,
});
