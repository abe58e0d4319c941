import type { AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import {
  DescribeAutoScalingGroupsCommand,
  paginateDescribeScalingActivities,
} from '@aws-sdk/client-auto-scaling';
import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { DescribeTargetGroupsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { activityOf, groupOf } from '../../../../shared/aws/auto-scaling-shapes.ts';
import type { Activity, Group } from '../../../../shared/domain/index.ts';
import type { Clients } from '../../doctor/observe/clients.ts';
import { UsageError } from '../../usage-error.ts';
import type { Datapoint, History, Watched } from './history.ts';
import { periodFor, watchedMetrics } from './history.ts';

/** What AWS says of a group and of the load that it has carried. */
export interface Observed {
  readonly group: Group;
  readonly activities: readonly Activity[];
  /** Of its instances; undefined where it has none. */
  readonly instanceType: string | undefined;
  /** Whether each tells its CPU every minute, and not every five. */
  readonly isDetailed: boolean;
  readonly region: string;
  readonly history: History;
}

/** How many activities are read: what instances take is judged by the newest. */
const ACTIVITIES = 200;

/** @throws UsageError where there is no such group */
export async function observeGroup(name: string, days: number, clients: Clients): Promise<Observed> {
  const described = await describe(name, clients);
  const [activities, instances, balanced, region] = await Promise.all([
    activitiesOf(name, clients),
    instancesOf(described, clients),
    balancedBy(described, clients),
    clients.autoScaling.config.region(),
  ]);
  const isDetailed = instances.length > 0 && instances.every((instance) => instance.isDetailed);
  const period = periodFor(days, isDetailed);
  const watched = watchedMetrics(name, balanced);
  const end = await clients.now();
  const history = { period, ...(await read(watched, period, end - days * 86_400_000, end, clients)) };
  return {
    group: groupOf(described),
    activities,
    instanceType: instances[0]?.type,
    isDetailed,
    region,
    history,
  };
}

async function describe(name: string, { autoScaling }: Clients): Promise<AutoScalingGroup> {
  const command = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] });
  const { AutoScalingGroups: [group] = [] } = await autoScaling.send(command);
  if (group !== undefined) return group;
  throw new UsageError(`there is no Auto Scaling group ${name} here: look at its name and --region`);
}

async function activitiesOf(name: string, { autoScaling: client }: Clients): Promise<Activity[]> {
  const activities: Activity[] = [];
  for await (const page of paginateDescribeScalingActivities({ client }, { AutoScalingGroupName: name })) {
    activities.push(...(page.Activities ?? []).map(activityOf));
    if (activities.length >= ACTIVITIES) break;
  }
  return activities;
}

async function instancesOf({ Instances = [] }: AutoScalingGroup, { ec2 }: Clients) {
  const InstanceIds = Instances.flatMap(({ InstanceId }) => InstanceId ?? []);
  if (InstanceIds.length === 0) return [];
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ InstanceIds }));
  return Reservations.flatMap((reservation) => reservation.Instances ?? []).map(
    ({ InstanceType, Monitoring }) => ({
      type: InstanceType,
      isDetailed: Monitoring?.State === 'enabled',
    }),
  );
}

/** Target groups behind Application Load Balancers, and those, as CloudWatch names them. */
async function balancedBy({ TargetGroupARNs = [] }: AutoScalingGroup, { elb }: Clients) {
  if (TargetGroupARNs.length === 0) return [];
  const command = new DescribeTargetGroupsCommand({ TargetGroupArns: TargetGroupARNs });
  const { TargetGroups = [] } = await elb.send(command);
  return TargetGroups.flatMap(({ TargetGroupArn = '', LoadBalancerArns = [] }) =>
    LoadBalancerArns.flatMap((arn) => {
      const loadBalancer = /:loadbalancer\/(app\/.+)$/.exec(arn)?.[1];
      const targetGroup = TargetGroupArn.split(':').at(-1);
      return loadBalancer === undefined || targetGroup === undefined ? [] : [{ loadBalancer, targetGroup }];
    }),
  );
}

async function read(
  watched: readonly Watched[],
  period: number,
  start: number,
  end: number,
  { cloudWatch: client }: Clients,
): Promise<Pick<History, 'requests' | 'cpu'>> {
  const queries: MetricDataQuery[] = watched.map(({ metric }, index) => ({
    Id: `m${index}`,
    MetricStat: { Metric: metric, Period: period, Stat: 'Sum' },
  }));
  const range = { StartTime: new Date(start), EndTime: new Date(end) };
  const sums = { requests: new Map<number, number>(), cpu: new Map<number, number>() };
  const pages = paginateGetMetricData({ client }, { ...range, MetricDataQueries: queries });
  for await (const { MetricDataResults = [] } of pages) {
    for (const { Id = '', Timestamps = [], Values = [] } of MetricDataResults) {
      const sum = sums[watched[Number(Id.slice(1))]?.of ?? 'cpu'];
      for (const [index, at] of Timestamps.entries())
        sum.set(at.getTime(), (sum.get(at.getTime()) ?? 0) + (Values[index] ?? 0));
    }
  }
  return { requests: ascending(sums.requests), cpu: ascending(sums.cpu) };
}

function ascending(sums: ReadonlyMap<number, number>): Datapoint[] {
  return [...sums].map(([at, sum]) => ({ at, sum })).sort((one, other) => one.at - other.at);
}
