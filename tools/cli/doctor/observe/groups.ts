import type { Activity, AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import {
  DescribeScalingActivitiesCommand,
  paginateDescribeAutoScalingGroups,
} from '@aws-sdk/client-auto-scaling';
import { paginateDescribeAlarms, type MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { Fleet } from '../../../../shared/domain/index.ts';
import { parseAlarmName } from '../../../../shared/domain/index.ts';
import { fleetOfGroup } from '../../../../shared/policy/adoption.ts';
import { WINDOW_MINUTES, type Alarm, type Group, type ScalingActivity } from '../picture.ts';
import type { Clients } from './clients.ts';

const FLEET_TAG = 'evenkeel:fleet';

/** All Auto Scaling groups of the region. */
export async function allGroups({ autoScaling }: Clients): Promise<AutoScalingGroup[]> {
  const groups: AutoScalingGroup[] = [];
  for await (const page of paginateDescribeAutoScalingGroups({ client: autoScaling }, {}))
    groups.push(...(page.AutoScalingGroups ?? []));
  return groups;
}

/** The fleet that a group belongs to: by fleets.yml, or else by its tag. */
export function fleetNameOf(group: AutoScalingGroup, fleets: readonly Fleet[]): string | undefined {
  const tags = tagsOf(group);
  return fleetOfGroup({ name: group.AutoScalingGroupName ?? '', tags }, fleets)?.name ?? tags[FLEET_TAG];
}

/** A group with its activities of late and its fleet's alarms. */
export async function groupOf(
  clients: Clients,
  group: AutoScalingGroup,
  fleets: readonly Fleet[],
  alarms: ReadonlyMap<string, readonly Alarm[]>,
  now: number,
): Promise<Group> {
  const name = group.AutoScalingGroupName ?? '';
  const fleet = fleetNameOf(group, fleets);
  return {
    name,
    fleet,
    mode: fleetOfGroup({ name, tags: tagsOf(group) }, fleets)?.mode,
    min: group.MinSize ?? 0,
    max: group.MaxSize ?? 0,
    desired: group.DesiredCapacity ?? 0,
    suspended: (group.SuspendedProcesses ?? []).flatMap(({ ProcessName }) => ProcessName ?? []),
    targetGroupArns: group.TargetGroupARNs ?? [],
    subnetIds: (group.VPCZoneIdentifier ?? '').split(',').filter((id) => id !== ''),
    members: (group.Instances ?? []).map(({ InstanceId, LifecycleState, HealthStatus }) => ({
      id: InstanceId ?? '',
      lifecycle: LifecycleState ?? '',
      isHealthy: HealthStatus === 'Healthy',
    })),
    activities: await activitiesOf(clients, name, now),
    alarms: fleet === undefined ? [] : (alarms.get(fleet) ?? []),
  };
}

/** Evenkeel's alarms, by the fleet that their names say. */
export async function alarmsByFleet({ cloudWatch }: Clients): Promise<Map<string, Alarm[]>> {
  const byFleet = new Map<string, Alarm[]>();
  const input = { AlarmNamePrefix: 'evenkeel/' };
  for await (const page of paginateDescribeAlarms({ client: cloudWatch }, input))
    for (const view of page.MetricAlarms ?? []) {
      const fleet = parseAlarmName(view.AlarmName ?? '')?.fleet;
      if (fleet !== undefined) byFleet.set(fleet, [...(byFleet.get(fleet) ?? []), alarmOf(view)]);
    }
  return byFleet;
}

function alarmOf(view: MetricAlarm): Alarm {
  const since = view.StateTransitionedTimestamp ?? view.StateUpdatedTimestamp;
  return {
    name: view.AlarmName ?? '',
    // One on an expression has the metrics that this is made of.
    namespace:
      view.Namespace ??
      view.Metrics?.find(({ MetricStat }) => MetricStat)?.MetricStat?.Metric?.Namespace ??
      '',
    state: view.StateValue ?? '',
    since: since?.getTime() ?? 0,
  };
}

async function activitiesOf({ autoScaling }: Clients, name: string, now: number): Promise<ScalingActivity[]> {
  const command = new DescribeScalingActivitiesCommand({ AutoScalingGroupName: name, MaxRecords: 20 });
  const { Activities = [] } = await autoScaling.send(command);
  return Activities.map(activityOf).filter(({ at }) => now - at <= 2 * WINDOW_MINUTES * 60_000);
}

function activityOf({ StartTime, StatusCode, StatusMessage, Description, Cause }: Activity): ScalingActivity {
  return {
    at: StartTime?.getTime() ?? 0,
    status: StatusCode ?? '',
    description: Description ?? '',
    message: StatusMessage,
    cause: Cause ?? '',
  };
}

function tagsOf({ Tags = [] }: AutoScalingGroup): Record<string, string> {
  return Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}
