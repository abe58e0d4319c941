import type {
  Activity as AwsActivity,
  AutoScalingGroup,
  Instance as AwsInstance,
  InstanceRefresh,
} from '@aws-sdk/client-auto-scaling';
import type { Activity, Group, GroupInstance } from '../domain/index.ts';
import type { RefreshStatus } from '../ports/index.ts';

/** Auto Scaling's description of a group in the domain's words. */
export function groupOf(described: AutoScalingGroup): Group {
  const template = templateOf(described);
  return {
    name: described.AutoScalingGroupName ?? '',
    arn: described.AutoScalingGroupARN ?? '',
    min: described.MinSize ?? 0,
    max: described.MaxSize ?? 0,
    desired: described.DesiredCapacity ?? 0,
    instances: (described.Instances ?? []).map(instanceOf),
    targetGroupArns: described.TargetGroupARNs ?? [],
    suspendedProcesses: (described.SuspendedProcesses ?? []).map(({ ProcessName }) => ProcessName ?? ''),
    tags: Object.fromEntries((described.Tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? ''])),
    ...(described.DefaultInstanceWarmup === undefined
      ? {}
      : { defaultWarmUp: described.DefaultInstanceWarmup }),
    ...(template === undefined ? {} : { launchTemplate: template }),
  };
}

/** The launch template of a group, its own or that of its mixed instances policy. */
function templateOf(described: AutoScalingGroup): { id: string; version: string } | undefined {
  const template =
    described.LaunchTemplate ?? described.MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification;
  if (template?.LaunchTemplateId === undefined) return undefined;
  // A template without a version means its default one.
  return { id: template.LaunchTemplateId, version: template.Version ?? '$Default' };
}

function instanceOf(described: AwsInstance): GroupInstance {
  const version = described.LaunchTemplate?.Version;
  const { InstanceType: type, WeightedCapacity } = described;
  const weight = Number(WeightedCapacity ?? NaN);
  return {
    id: described.InstanceId ?? '',
    zone: described.AvailabilityZone ?? '',
    lifecycle: described.LifecycleState ?? '',
    isHealthy: described.HealthStatus?.toUpperCase() === 'HEALTHY',
    isProtected: described.ProtectedFromScaleIn ?? false,
    ...(version === undefined ? {} : { launchTemplateVersion: version }),
    ...(type === undefined ? {} : { type }),
    ...(weight > 0 ? { weight } : {}),
  };
}

export function activityOf(described: AwsActivity): Activity {
  const { StatusMessage, EndTime, Cause } = described;
  const zone = zoneIn(described.Details);
  return {
    id: described.ActivityId ?? '',
    status: described.StatusCode ?? '',
    description: described.Description ?? '',
    startedAt: described.StartTime?.getTime() ?? 0,
    ...(StatusMessage === undefined ? {} : { statusMessage: StatusMessage }),
    ...(Cause === undefined ? {} : { cause: Cause }),
    ...(zone === undefined ? {} : { zone }),
    ...(EndTime === undefined ? {} : { endedAt: EndTime.getTime() }),
  };
}

/** Details are JSON in a text: `{"Subnet ID":"subnet-…","Availability Zone":"eu-central-1a"}`. */
function zoneIn(details: string | undefined): string | undefined {
  return /"Availability Zone"\s*:\s*"([^"]+)"/.exec(details ?? '')?.[1];
}

export function refreshOf(described: InstanceRefresh): RefreshStatus {
  const { StatusReason, StartTime, EndTime } = described;
  const version = described.DesiredConfiguration?.LaunchTemplate?.Version;
  return {
    id: described.InstanceRefreshId ?? '',
    status: described.Status ?? '',
    percentComplete: described.PercentageComplete ?? 0,
    ...(StatusReason === undefined ? {} : { reason: StatusReason }),
    ...(StartTime === undefined ? {} : { startedAt: StartTime.getTime() }),
    ...(EndTime === undefined ? {} : { endedAt: EndTime.getTime() }),
    ...(version === undefined ? {} : { templateVersion: version }),
  };
}
