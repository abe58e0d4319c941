import type {
  AutoScalingGroup as Described,
  CreateAutoScalingGroupCommandInput,
  LifecycleHookSpecification,
  NotificationConfiguration,
} from '@aws-sdk/client-auto-scaling';
import { isSame } from '../engine/replacement.ts';
import type { Made, ProviderContext } from './provider.ts';
import { deleted, provider } from './provider.ts';

interface GroupTag {
  readonly Key: string;
  readonly Value: string;
  readonly PropagateAtLaunch: boolean;
}

interface MetricsCollection {
  readonly Granularity: string;
  readonly Metrics?: string[];
}

/** Properties that the API takes under the same names and in the same shapes. */
type Plain = Pick<
  CreateAutoScalingGroupCommandInput,
  | 'AvailabilityZones'
  | 'CapacityRebalance'
  | 'DefaultInstanceWarmup'
  | 'HealthCheckGracePeriod'
  | 'HealthCheckType'
  | 'InstanceMaintenancePolicy'
  | 'LaunchTemplate'
  | 'MaxInstanceLifetime'
  | 'MixedInstancesPolicy'
  | 'NewInstancesProtectedFromScaleIn'
  | 'TerminationPolicies'
>;

interface Group extends Plain {
  readonly AutoScalingGroupName?: string;
  /** Sizes and the cooldown are texts in templates. */
  readonly MinSize: string;
  readonly MaxSize: string;
  readonly DesiredCapacity?: string;
  readonly Cooldown?: string;
  readonly VPCZoneIdentifier?: string[];
  readonly TargetGroupARNs?: string[];
  readonly LifecycleHookSpecificationList?: LifecycleHookSpecification[];
  readonly MetricsCollection?: MetricsCollection[];
  readonly NotificationConfigurations?: NotificationProperties[];
  readonly Tags?: GroupTag[];
}

interface NotificationProperties {
  readonly TopicARN: string | string[];
  readonly NotificationTypes?: NonNullable<NotificationConfiguration['NotificationType']>[];
}

export const autoScalingGroup = provider<Group>({
  properties: [
    'AutoScalingGroupName',
    'AvailabilityZones',
    'CapacityRebalance',
    'Cooldown',
    'DefaultInstanceWarmup',
    'DesiredCapacity',
    'HealthCheckGracePeriod',
    'HealthCheckType',
    'InstanceMaintenancePolicy',
    'LaunchTemplate',
    'LifecycleHookSpecificationList',
    'MaxInstanceLifetime',
    'MaxSize',
    'MetricsCollection',
    'MinSize',
    'MixedInstancesPolicy',
    'NewInstancesProtectedFromScaleIn',
    'NotificationConfigurations',
    'Tags',
    'TargetGroupARNs',
    'TerminationPolicies',
    'VPCZoneIdentifier',
  ],
  policies: ['UpdatePolicy.AutoScalingScheduledAction'],
  async create(wanted, context) {
    const name = wanted.AutoScalingGroupName ?? context.physicalName(255);
    const { TargetGroupARNs, LifecycleHookSpecificationList } = wanted;
    await context.api.autoScaling.CreateAutoScalingGroup({
      ...settingsOf(wanted),
      ...sizesOf(wanted),
      AutoScalingGroupName: name,
      TargetGroupARNs,
      LifecycleHookSpecificationList,
      Tags: tagsOf(name, wanted, context),
    });
    context.announce(name);
    await observe(name, wanted, {}, context);
    return made(name, context);
  },
  async update(name, wanted, before, context) {
    const keepsSizes = ignoresSizes(context) && isSame(sizesOf(wanted), sizesOf(before));
    await context.api.autoScaling.UpdateAutoScalingGroup({
      ...settingsOf(wanted),
      ...(keepsSizes ? {} : sizesOf(wanted)),
      AutoScalingGroupName: name,
    });
    await changeHooks(name, wanted, before, context);
    await changeTargets(name, wanted, before, context);
    await changeTags(name, wanted, before, context);
    await observe(name, wanted, before, context);
    return made(name, context);
  },
  async delete(name, _wanted, context) {
    const { autoScaling } = context.api;
    if ((await describe(name, context)) === undefined) return;
    const sizes = { MinSize: 0, MaxSize: 0, DesiredCapacity: 0 };
    await autoScaling.UpdateAutoScalingGroup({ AutoScalingGroupName: name, ...sizes });
    await context.waitUntil(async () => ((await describe(name, context))?.Instances ?? []).length === 0);
    await deleted(autoScaling.DeleteAutoScalingGroup({ AutoScalingGroupName: name }));
    await context.waitUntil(async () => (await describe(name, context)) === undefined);
  },
});

function settingsOf(wanted: Group) {
  const {
    AutoScalingGroupName: _name,
    MinSize: _min,
    MaxSize: _max,
    DesiredCapacity: _desired,
    TargetGroupARNs: _targets,
    LifecycleHookSpecificationList: _hooks,
    MetricsCollection: _metrics,
    NotificationConfigurations: _notifications,
    Tags: _tags,
    VPCZoneIdentifier: subnets,
    Cooldown: cooldown,
    ...plain
  } = wanted;
  return {
    ...plain,
    ...(cooldown === undefined ? {} : { DefaultCooldown: Number(cooldown) }),
    ...(subnets === undefined ? {} : { VPCZoneIdentifier: subnets.join(',') }),
  };
}

function sizesOf({ MinSize, MaxSize, DesiredCapacity: desired }: Group) {
  return {
    MinSize: Number(MinSize),
    MaxSize: Number(MaxSize),
    ...(desired === undefined ? {} : { DesiredCapacity: Number(desired) }),
  };
}

/** UpdatePolicy's word for "what the group was scaled to since is not the template's business". */
function ignoresSizes({ declaration }: ProviderContext): boolean {
  const policy = declaration.UpdatePolicy as
    { AutoScalingScheduledAction?: { IgnoreUnmodifiedGroupSizeProperties?: unknown } } | undefined;
  return String(policy?.AutoScalingScheduledAction?.IgnoreUnmodifiedGroupSizeProperties) === 'true';
}

function tagsOf(name: string, { Tags: own = [] }: Group, { tags }: ProviderContext) {
  const resource = { ResourceId: name, ResourceType: 'auto-scaling-group' };
  const inherited = tags.filter((tag) => !own.some((other) => other.Key === tag.Key));
  return [
    ...own.map((tag) => ({ ...tag, ...resource })),
    ...inherited.map((tag) => ({ ...tag, ...resource, PropagateAtLaunch: true })),
  ];
}

async function changeTags(
  name: string,
  wanted: Group,
  before: Group,
  context: ProviderContext,
): Promise<void> {
  const { autoScaling } = context.api;
  const now = tagsOf(name, wanted, context);
  const gone = tagsOf(name, before, context).filter((old) => !now.some((tag) => tag.Key === old.Key));
  await autoScaling.CreateOrUpdateTags({ Tags: now });
  if (gone.length > 0) await autoScaling.DeleteTags({ Tags: gone });
}

async function changeHooks(
  name: string,
  wanted: Group,
  before: Group,
  { api }: ProviderContext,
): Promise<void> {
  const hooks = wanted.LifecycleHookSpecificationList ?? [];
  for (const hook of hooks) {
    await api.autoScaling.PutLifecycleHook({ ...hook, AutoScalingGroupName: name });
  }
  for (const { LifecycleHookName } of before.LifecycleHookSpecificationList ?? []) {
    if (hooks.some((hook) => hook.LifecycleHookName === LifecycleHookName)) continue;
    await deleted(api.autoScaling.DeleteLifecycleHook({ AutoScalingGroupName: name, LifecycleHookName }));
  }
}

async function changeTargets(
  name: string,
  wanted: Group,
  before: Group,
  { api }: ProviderContext,
): Promise<void> {
  const [now, old] = [wanted.TargetGroupARNs ?? [], before.TargetGroupARNs ?? []];
  const added = now.filter((arn) => !old.includes(arn));
  const removed = old.filter((arn) => !now.includes(arn));
  const group = { AutoScalingGroupName: name };
  if (added.length > 0) {
    await api.autoScaling.AttachLoadBalancerTargetGroups({ ...group, TargetGroupARNs: added });
  }
  if (removed.length > 0) {
    await api.autoScaling.DetachLoadBalancerTargetGroups({ ...group, TargetGroupARNs: removed });
  }
}

/** Group metrics and notifications, which have operations of their own. */
async function observe(
  name: string,
  wanted: Pick<Group, 'MetricsCollection' | 'NotificationConfigurations'>,
  before: Pick<Group, 'MetricsCollection' | 'NotificationConfigurations'>,
  { api }: ProviderContext,
): Promise<void> {
  const group = { AutoScalingGroupName: name };
  if (!isSame(wanted.MetricsCollection, before.MetricsCollection)) {
    if (before.MetricsCollection !== undefined) await api.autoScaling.DisableMetricsCollection(group);
    for (const { Granularity, Metrics } of wanted.MetricsCollection ?? []) {
      await api.autoScaling.EnableMetricsCollection({ ...group, Granularity, Metrics });
    }
  }
  const topics = new Set(topicsOf(wanted).map(({ TopicARN }) => TopicARN));
  for (const { TopicARN } of topicsOf(before)) {
    if (topics.has(TopicARN)) continue;
    await deleted(api.autoScaling.DeleteNotificationConfiguration({ ...group, TopicARN }));
  }
  for (const notification of topicsOf(wanted)) {
    await api.autoScaling.PutNotificationConfiguration({ ...group, ...notification });
  }
}

function topicsOf({
  NotificationConfigurations: configurations = [],
}: Pick<Group, 'NotificationConfigurations'>) {
  return configurations.flatMap(({ TopicARN: arns, NotificationTypes = [] }) =>
    [arns].flat().map((TopicARN) => ({ TopicARN, NotificationTypes })),
  );
}

async function describe(name: string, { api }: ProviderContext): Promise<Described | undefined> {
  const input = { AutoScalingGroupNames: [name] };
  const { AutoScalingGroups: [found] = [] } = await api.autoScaling.DescribeAutoScalingGroups(input);
  return found;
}

async function made(name: string, context: ProviderContext): Promise<Made> {
  const group = await describe(name, context);
  return { id: name, attributes: { AutoScalingGroupARN: group?.AutoScalingGroupARN } };
}
