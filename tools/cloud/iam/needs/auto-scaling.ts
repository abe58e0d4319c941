import type { AutoScaling, LaunchTemplateSpecification } from '@aws-sdk/client-auto-scaling';
import type { Need, NeedsOf, Scope } from './need.ts';
import { named, same } from './need.ts';

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
    'AttachLoadBalancerTargetGroups',
    'AttachTrafficSources',
    'BatchDeleteScheduledAction',
    'BatchPutScheduledUpdateGroupAction',
    'CancelInstanceRefresh',
    'CompleteLifecycleAction',
    'DeleteAutoScalingGroup',
    'DeleteLifecycleHook',
    'DeletePolicy',
    'DeleteScheduledAction',
    'DetachInstances',
    'DetachLoadBalancerTargetGroups',
    'DetachTrafficSources',
    'DisableMetricsCollection',
    'EnableMetricsCollection',
    'EnterStandby',
    'ExecutePolicy',
    'ExitStandby',
    'PutLifecycleHook',
    'PutNotificationConfiguration',
    'PutScalingPolicy',
    'PutScheduledUpdateGroupAction',
    'RecordLifecycleActionHeartbeat',
    'ResumeProcesses',
    'RollbackInstanceRefresh',
    'SetDesiredCapacity',
    'SetInstanceProtection',
    'SuspendProcesses',
  ),
  ...same(ofInstance, 'SetInstanceHealth', 'TerminateInstanceInAutoScalingGroup'),
  UpdateAutoScalingGroup: (input, scope) => [
    ...ofGroup(input, scope),
    ...toLaunch(input.LaunchTemplate, scope),
  ],
  CreateAutoScalingGroup: (input, scope) => [
    ...ofGroup(input, scope),
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
    ...(role === undefined ? [] : [passRole(role, 'ec2.amazonaws.com')]),
  ];
}

/** What a launch makes. */
const LAUNCHED = ['instance/*', 'volume/*', 'network-interface/*'];

function passRole(resource: string, service: string): Need {
  return { action: 'iam:PassRole', resource, context: { 'iam:passedtoservice': [service] } };
}
