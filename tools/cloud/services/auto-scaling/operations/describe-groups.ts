import type {
  AutoScaling,
  AutoScalingGroup,
  AutoScalingInstanceDetails,
  Filter,
  Instance,
} from '@aws-sdk/client-auto-scaling';
import type { Operations } from '../../../kernel/index.ts';
import { page, validationError } from '../../../kernel/index.ts';
import type { Engine } from '../engine.ts';
import { zonesOf } from '../instances.ts';
import type { Group, GroupInstance } from '../model.ts';
import { describeTags } from '../tags.ts';
import { describePool, pooledInstances } from '../warm-pool/model.ts';

const MOST_NAMES = 100;
const MOST_INSTANCE_IDS = 50;

/** Describing groups and the instances they manage. */
export function describeGroupOperations(engine: Engine) {
  return {
    DescribeAutoScalingGroups: (input) => {
      const { AutoScalingGroupNames: names = [], Filters = [], IncludeInstances = true } = input;
      if (names.length > MOST_NAMES) {
        throw validationError(`The number of group names must be less than or equal to ${MOST_NAMES}`);
      }
      const found = [...engine.groups.all()].filter(
        (group) =>
          (names.length === 0 || names.includes(group.name)) &&
          Filters.every((filter) => passes(group, filter)),
      );
      const { items, nextToken } = page(found, input.NextToken, checkedSize(input.MaxRecords, 100));
      return {
        AutoScalingGroups: items.map((group) => describeGroup(engine, group, IncludeInstances)),
        NextToken: nextToken,
      };
    },
    DescribeAutoScalingInstances: ({ InstanceIds, MaxRecords, NextToken }) => {
      if ((InstanceIds?.length ?? 0) > MOST_INSTANCE_IDS) {
        throw validationError(
          `The number of instance IDs must be less than or equal to ${MOST_INSTANCE_IDS}`,
        );
      }
      const all = [...engine.groups.all()].flatMap((group) =>
        [...group.instances.values(), ...group.warmed.values()]
          .filter(
            ({ id }) => InstanceIds === undefined || InstanceIds.length === 0 || InstanceIds.includes(id),
          )
          .map((instance) => describeManagedInstance(group, instance)),
      );
      const { items, nextToken } = page(all, NextToken, checkedSize(MaxRecords, 50));
      return { AutoScalingInstances: items, NextToken: nextToken };
    },
  } satisfies Operations<AutoScaling>;
}

/** @throws AwsError ValidationError for more records a page than AWS gives */
export function checkedSize(asked: number | undefined, most: number): number {
  const size = asked ?? Math.min(50, most);
  if (size < 1 || size > most) throw validationError(`MaxRecords must be between 1 and ${most}`);
  return size;
}

/** `tag-key`, `tag-value` and `tag:NAME`; values of one filter are alternatives. */
function passes(group: Group, { Name = '', Values = [] }: Filter): boolean {
  if (Name === 'tag-key') return Values.some((key) => group.tags.has(key));
  if (Name === 'tag-value') return [...group.tags.values()].some(({ value }) => Values.includes(value));
  if (!Name.startsWith('tag:'))
    throw validationError(
      `Filter type ${Name} is not correct. Allowed Filter types are: tag-key, tag-value, tag:<key>`,
    );
  const tag = group.tags.get(Name.slice('tag:'.length));
  return tag !== undefined && Values.includes(tag.value);
}

function describeGroup(engine: Engine, group: Group, includeInstances: boolean): AutoScalingGroup {
  const { subnets, TerminationPolicies, ...settings } = group.settings;
  const targetGroups = [...group.targetGroups];
  return {
    ...settings,
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    MinSize: group.min,
    MaxSize: group.max,
    DesiredCapacity: group.desired,
    AvailabilityZones: zonesOf(engine, group),
    VPCZoneIdentifier: subnets.join(','),
    TerminationPolicies: [...TerminationPolicies],
    CreatedTime: new Date(group.createdAt),
    LoadBalancerNames: [],
    TargetGroupARNs: targetGroups,
    TrafficSources: targetGroups.map((Identifier) => ({ Identifier, Type: 'elbv2' })),
    Instances: includeInstances ? [...group.instances.values()].map(describeInstance) : [],
    SuspendedProcesses: [...group.suspended].map(([ProcessName, SuspensionReason]) => ({
      ProcessName,
      SuspensionReason,
    })),
    EnabledMetrics: [...group.metrics].map((Metric) => ({ Metric, Granularity: '1Minute' })),
    Tags: describeTags(group),
    ...(group.warmPool === undefined
      ? {}
      : { WarmPoolConfiguration: describePool(group.warmPool), WarmPoolSize: pooledInstances(group).length }),
    Status: group.isBeingDeleted ? 'Delete in progress' : undefined,
  };
}

export function describeInstance(instance: GroupInstance): Instance {
  const { template } = instance;
  return {
    InstanceId: instance.id,
    InstanceType: instance.instanceType,
    AvailabilityZone: instance.zone,
    LifecycleState: instance.state,
    HealthStatus: instance.health,
    ProtectedFromScaleIn: instance.isProtected,
    ImageId: instance.imageId,
    ...(instance.weight === undefined ? {} : { WeightedCapacity: String(instance.weight) }),
    ...(template === undefined
      ? {}
      : {
          LaunchTemplate: {
            LaunchTemplateId: template.id,
            LaunchTemplateName: template.name,
            Version: String(template.version),
          },
        }),
  };
}

/** DescribeAutoScalingInstances writes the health in capitals, DescribeAutoScalingGroups does not. */
function describeManagedInstance(group: Group, instance: GroupInstance): AutoScalingInstanceDetails {
  return {
    ...describeInstance(instance),
    AutoScalingGroupName: group.name,
    HealthStatus: instance.health.toUpperCase(),
  };
}
