import type {
  AutoScaling,
  LaunchTemplateSpecification,
  TrafficSourceIdentifier,
  UpdateAutoScalingGroupCommandInput,
} from '@aws-sdk/client-auto-scaling';
import type { Need, NeedsOf, Scope } from './need.ts';
import { keys, named, passRole, same } from './need.ts';

interface OfGroup {
  readonly AutoScalingGroupName?: string | undefined;
}

const ofGroup = ({ AutoScalingGroupName = '*' }: OfGroup, scope: Scope) => [
  groupArn(scope, AutoScalingGroupName),
];

const ofInstance = ({ InstanceId = '' }: { readonly InstanceId?: string | undefined }, scope: Scope) => [
  groupArn(scope, scope.directory.groupOfInstance(InstanceId) ?? '*'),
];

/** Groups have an id in their ARN that callers do not name. */
function groupArn(scope: Scope, name: string): string {
  const fallback = named(scope, 'autoscaling', `autoScalingGroup:*:autoScalingGroupName/${name}`);
  return scope.directory.autoScalingGroupArn(name) ?? fallback;
}

export const autoScalingNeeds: NeedsOf<AutoScaling> = {
  ...same(
    ofGroup,
    'AttachInstances',
    'BatchDeleteScheduledAction',
    'BatchPutScheduledUpdateGroupAction',
    'CancelInstanceRefresh',
    'CompleteLifecycleAction',
    'DeleteAutoScalingGroup',
    'DeleteLifecycleHook',
    'DeleteNotificationConfiguration',
    'DeletePolicy',
    'DeleteScheduledAction',
    'DeleteWarmPool',
    'DetachInstances',
    'DisableMetricsCollection',
    'EnableMetricsCollection',
    'EnterStandby',
    'ExecutePolicy',
    'ExitStandby',
    'PutNotificationConfiguration',
    'PutScalingPolicy',
    'PutWarmPool',
    'RecordLifecycleActionHeartbeat',
    'ResumeProcesses',
    'RollbackInstanceRefresh',
    'SetDesiredCapacity',
    'SetInstanceProtection',
    'SuspendProcesses',
  ),
  ...same(ofInstance, 'SetInstanceHealth', 'TerminateInstanceInAutoScalingGroup'),
  ...same(
    (input: OfGroup & { readonly TargetGroupARNs?: string[] | undefined }, scope: Scope) =>
      withKeys(ofGroup(input, scope), keys({ 'autoscaling:targetgrouparns': input.TargetGroupARNs })),
    'AttachLoadBalancerTargetGroups',
    'DetachLoadBalancerTargetGroups',
  ),
  ...same(
    (input: OfGroup & { readonly TrafficSources?: TrafficSourceIdentifier[] | undefined }, scope: Scope) => {
      const identifiers = input.TrafficSources?.map(({ Identifier = '' }) => Identifier);
      return withKeys(ofGroup(input, scope), keys({ 'autoscaling:trafficsourceidentifiers': identifiers }));
    },
    'AttachTrafficSources',
    'DetachTrafficSources',
  ),
  PutLifecycleHook: (input, scope) => [
    ...ofGroup(input, scope),
    ...passRole(input.RoleARN, 'autoscaling.amazonaws.com'),
  ],
  PutScheduledUpdateGroupAction: (input, scope) => withKeys(ofGroup(input, scope), sizeKeys(input)),
  UpdateAutoScalingGroup: (input, scope) => [
    ...withKeys(ofGroup(input, scope), groupKeys(input)),
    ...toLaunch(input.LaunchTemplate, scope),
  ],
  CreateAutoScalingGroup: (input, scope) => [
    ...withKeys(
      ofGroup(input, scope),
      groupKeys(input),
      keys({
        'autoscaling:targetgrouparns': input.TargetGroupARNs,
        'autoscaling:loadbalancernames': input.LoadBalancerNames,
        'autoscaling:trafficsourceidentifiers': input.TrafficSources?.map(
          ({ Identifier = '' }) => Identifier,
        ),
      }),
    ),
    ...toLaunch(input.LaunchTemplate, scope),
  ],
  StartInstanceRefresh: (input, scope) => [
    ...ofGroup(input, scope),
    ...toLaunch(input.DesiredConfiguration?.LaunchTemplate, scope),
  ],
  CreateOrUpdateTags: ({ Tags = [] }, scope) =>
    Tags.map(({ ResourceId = '*' }) => groupArn(scope, ResourceId)),
  DeleteTags: ({ Tags = [] }, scope) => Tags.map(({ ResourceId = '*' }) => groupArn(scope, ResourceId)),
};

type Keys = NonNullable<Need['context']>;

function withKeys(resources: readonly string[], ...contexts: Keys[]): Need[] {
  const context = Object.assign({}, ...contexts) as Keys;
  return resources.map((resource) => ({ resource, context }));
}

function sizeKeys({ MinSize, MaxSize }: { MinSize?: number | undefined; MaxSize?: number | undefined }) {
  return keys({ 'autoscaling:minsize': MinSize, 'autoscaling:maxsize': MaxSize });
}

/** What a group's settings are to conditions: Auto Scaling User Guide, "Condition keys". */
function groupKeys(input: GroupSettings): Keys {
  const { LaunchTemplate: template, MixedInstancesPolicy: mixed } = input;
  const isVersioned = template === undefined ? undefined : /^\d+$/.test(template.Version ?? '');
  const types = mixed?.LaunchTemplate?.Overrides?.flatMap(({ InstanceType }) => InstanceType ?? []);
  return {
    ...sizeKeys(input),
    ...keys({
      'autoscaling:vpczoneidentifiers': input.VPCZoneIdentifier?.split(/\s*,\s*/),
      'autoscaling:launchconfigurationname': input.LaunchConfigurationName,
      'autoscaling:launchtemplateversionspecified': isVersioned,
      'autoscaling:instancetypes': types,
    }),
  };
}

type GroupSettings = Partial<
  Pick<
    UpdateAutoScalingGroupCommandInput,
    | 'LaunchConfigurationName'
    | 'LaunchTemplate'
    | 'MaxSize'
    | 'MinSize'
    | 'MixedInstancesPolicy'
    | 'VPCZoneIdentifier'
  >
>;

/**
 * Whoever makes a group launch from a template must be allowed to launch from it (Auto Scaling User Guide, "Control
 * Amazon EC2 launch template usage"), and to hand its role to the instances.
 */
function toLaunch(template: LaunchTemplateSpecification | undefined, scope: Scope): Need[] {
  if (template === undefined) return [];
  const { LaunchTemplateId: id, LaunchTemplateName: name, Version: version } = template;
  const templateId = id ?? scope.directory.launchTemplateId(name ?? '') ?? '*';
  const templateArn = named(scope, 'ec2', `launch-template/${templateId}`);
  const launches = [templateArn, ...LAUNCHED.map((resource) => named(scope, 'ec2', resource))];
  const role = scope.directory.roleOfTemplate({
    ...(id !== undefined && { id }),
    ...(name !== undefined && { name }),
    ...(version !== undefined && { version }),
  });
  return [
    ...launches.map((resource) => ({
      action: 'ec2:RunInstances',
      resource,
      context: { 'ec2:launchtemplate': [templateArn] },
    })),
    ...passRole(role, 'ec2.amazonaws.com'),
  ];
}

/** What a launch makes. */
const LAUNCHED = ['instance/*', 'volume/*', 'network-interface/*'];
