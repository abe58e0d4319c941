import type {
  Parameter,
  Stack as StackDescription,
  StackResourceSummary,
  StackSummary,
} from '@aws-sdk/client-cloudformation';
import type { Stack, Target } from '../engine/stack.ts';

/** A stack as DescribeStacks tells it. */
export function describeStack(stack: Stack): StackDescription {
  const { target } = stack;
  return {
    StackId: stack.id,
    StackName: stack.name,
    CreationTime: new Date(stack.createdAt),
    StackStatus: stack.status,
    ...(stack.statusReason === undefined ? {} : { StackStatusReason: stack.statusReason }),
    ...(stack.updatedAt === undefined ? {} : { LastUpdatedTime: new Date(stack.updatedAt) }),
    ...(stack.deletedAt === undefined ? {} : { DeletionTime: new Date(stack.deletedAt) }),
    ...(target?.template.Description === undefined ? {} : { Description: target.template.Description }),
    ...(target?.roleArn === undefined ? {} : { RoleARN: target.roleArn }),
    Parameters: describeParameters(target),
    Tags: [...(target?.tags ?? [])],
    Capabilities: [...(target?.capabilities ?? [])] as NonNullable<StackDescription['Capabilities']>,
    NotificationARNs: [...(target?.notificationArns ?? [])],
    Outputs: [...stack.outputs],
    DisableRollback: stack.isRollbackDisabled,
    EnableTerminationProtection: stack.isProtected,
    RollbackConfiguration: {},
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
  };
}

export function describeParameters(target: Target | undefined): Parameter[] {
  return [...(target?.parameters ?? [])].map(([name, { given, resolved, isSecret }]) => ({
    ParameterKey: name,
    ParameterValue: isSecret ? '****' : given,
    ...(resolved === undefined ? {} : { ResolvedValue: resolved }),
  }));
}

export function summarizeStack(stack: Stack): StackSummary {
  return {
    StackId: stack.id,
    StackName: stack.name,
    CreationTime: new Date(stack.createdAt),
    StackStatus: stack.status,
    ...(stack.statusReason === undefined ? {} : { StackStatusReason: stack.statusReason }),
    ...(stack.updatedAt === undefined ? {} : { LastUpdatedTime: new Date(stack.updatedAt) }),
    ...(stack.deletedAt === undefined ? {} : { DeletionTime: new Date(stack.deletedAt) }),
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
  };
}

/** The resources that a stack has or had, as both listings tell them. */
export function summarizeResources(stack: Stack): StackResourceSummary[] {
  return [...stack.states].map(([logicalId, state]) => ({
    LogicalResourceId: logicalId,
    PhysicalResourceId: state.physicalId,
    ResourceType: state.type,
    ResourceStatus: state.status,
    LastUpdatedTimestamp: new Date(state.at),
    ...(state.reason === undefined ? {} : { ResourceStatusReason: state.reason }),
    DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
  }));
}
