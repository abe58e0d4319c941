import type {
  CreateAutoScalingGroupCommandInput,
  UpdateAutoScalingGroupCommandInput,
} from '@aws-sdk/client-auto-scaling';
import { AwsError, validationError } from '../../kernel/index.ts';
import { requireOneFunction } from './custom-termination/asking.ts';
import { checkedTemplate } from './checked-template.ts';
import { checkedPolicy } from './mixed-instances/policy.ts';
import { notImplemented } from './not-implemented.ts';
import type { GroupSettings } from './model.ts';
import type { Ec2Port } from './ports.ts';
import { terminationPolicies } from './victims.ts';

type Input = Omit<CreateAutoScalingGroupCommandInput, 'MinSize' | 'MaxSize'> &
  UpdateAutoScalingGroupCommandInput;

const DEFAULTS = {
  DefaultCooldown: 300,
  HealthCheckType: 'EC2',
  HealthCheckGracePeriod: 0,
  TerminationPolicies: ['Default'],
  NewInstancesProtectedFromScaleIn: false,
  CapacityRebalance: false,
  DeletionProtection: 'none',
} as const;

/**
 * A new group's settings, checked.
 *
 * @throws AwsError ValidationError
 */
export function newSettings(input: Input, ec2: Ec2Port): GroupSettings {
  const settings = updatedSettings({ ...DEFAULTS, subnets: [] }, input, ec2);
  const isConfigured = settings.LaunchTemplate ?? settings.MixedInstancesPolicy;
  if (isConfigured === undefined) {
    throw validationError(
      'Valid requests must contain either launchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter.',
    );
  }
  if (settings.subnets.length === 0) {
    throw validationError('At least one Availability Zone or VPC Subnet is required.');
  }
  return settings;
}

/** Settings with what an update names; what it leaves out stays. @throws AwsError ValidationError */
export function updatedSettings(settings: GroupSettings, input: Input, ec2: Ec2Port): GroupSettings {
  refuseUnsupported(input);
  return {
    ...settings,
    ...given(input),
    ...template(input, ec2),
    ...(input.VPCZoneIdentifier === undefined ? {} : { subnets: subnetsOf(input.VPCZoneIdentifier, ec2) }),
    ...(input.TerminationPolicies === undefined
      ? {}
      : { TerminationPolicies: policies(input.TerminationPolicies) }),
  };
}

function given(input: Input): Partial<GroupSettings> {
  const {
    DefaultCooldown,
    HealthCheckType,
    HealthCheckGracePeriod,
    PlacementGroup,
    NewInstancesProtectedFromScaleIn,
    ServiceLinkedRoleARN,
    MaxInstanceLifetime,
    CapacityRebalance,
    Context,
    DesiredCapacityType,
    DefaultInstanceWarmup,
    InstanceMaintenancePolicy,
    AvailabilityZoneDistribution,
    AvailabilityZoneImpairmentPolicy,
    CapacityReservationSpecification,
    InstanceLifecyclePolicy,
    DeletionProtection,
  } = input;
  if (HealthCheckType !== undefined) requireHealthCheckTypes(HealthCheckType);
  requireLifetime(MaxInstanceLifetime);
  return defined({
    DefaultCooldown,
    HealthCheckType,
    HealthCheckGracePeriod,
    PlacementGroup,
    NewInstancesProtectedFromScaleIn,
    ServiceLinkedRoleARN,
    MaxInstanceLifetime,
    CapacityRebalance,
    Context,
    DesiredCapacityType,
    DefaultInstanceWarmup,
    InstanceMaintenancePolicy,
    AvailabilityZoneDistribution,
    AvailabilityZoneImpairmentPolicy,
    CapacityReservationSpecification,
    InstanceLifecyclePolicy,
    DeletionProtection,
  });
}

/** Without the keys whose values are undefined, which would overwrite what is set. */
function defined<T extends object>(values: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof T]?: Exclude<T[Key], undefined> };
}

/** Naming a template takes a mixed instances policy away, and the other way round. */
function template(input: Input, ec2: Ec2Port): Partial<GroupSettings> {
  const { LaunchTemplate, MixedInstancesPolicy } = input;
  if (LaunchTemplate !== undefined && MixedInstancesPolicy !== undefined) {
    throw validationError(
      'Valid requests must contain either launchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter.',
    );
  }
  if (LaunchTemplate !== undefined) {
    return { LaunchTemplate: checkedTemplate(LaunchTemplate, ec2), MixedInstancesPolicy: undefined };
  }
  if (MixedInstancesPolicy === undefined) return {};
  return { LaunchTemplate: undefined, MixedInstancesPolicy: checkedPolicy(MixedInstancesPolicy, ec2) };
}

function subnetsOf(identifier: string, ec2: Ec2Port): string[] {
  const subnets = identifier
    .split(',')
    .map((subnet) => subnet.trim())
    .filter((subnet) => subnet !== '');
  for (const subnet of subnets) {
    try {
      ec2.zoneOfSubnet(subnet);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw validationError(`The subnet ID '${subnet}' does not exist`);
    }
  }
  return subnets;
}

function policies(named: readonly string[]): readonly string[] {
  const known: readonly string[] = terminationPolicies;
  requireOneFunction(named);
  for (const policy of named) {
    if (!policy.startsWith('arn:') && !known.includes(policy)) {
      throw validationError(
        `Termination policy type '${policy}' is not valid. Valid types are: ${known.join(', ')}`,
      );
    }
  }
  return named.length === 0 ? DEFAULTS.TerminationPolicies : named;
}

/** "The value must be equal to at least 86,400 seconds (1 day). To clear a previously set value, specify 0." */
function requireLifetime(seconds = 0): void {
  if (seconds !== 0 && seconds < 86_400)
    throw validationError('MaxInstanceLifetime must be 0 or at least 86400 seconds.');
}

function requireHealthCheckTypes(types: string): void {
  for (const type of types.split(',')) {
    if (type !== 'EC2' && type !== 'ELB') throw notImplemented(`health check type ${type}`);
  }
}

/** What would change how a group behaves, and does not here, is refused rather than ignored. */
function refuseUnsupported(input: Input): void {
  refuseUnknownBehaviour(input);
  const { LaunchConfigurationName, InstanceId, AvailabilityZones, VPCZoneIdentifier, LoadBalancerNames } =
    input;
  if (LaunchConfigurationName !== undefined) {
    throw validationError(
      `Launch configuration name not found - Launch configuration ${LaunchConfigurationName} not found`,
    );
  }
  if (InstanceId !== undefined) throw notImplemented('creating a group from an instance');
  if ((LoadBalancerNames?.length ?? 0) > 0) throw notImplemented('Classic Load Balancers');
  if ((AvailabilityZones?.length ?? 0) > 0 && VPCZoneIdentifier === undefined) {
    throw notImplemented('groups in a default VPC: name subnets in VPCZoneIdentifier');
  }
}

function refuseUnknownBehaviour(input: Input): void {
  const { AvailabilityZoneImpairmentPolicy: impairment } = input;
  const { CapacityReservationSpecification: reservation, DesiredCapacityType: unit = 'units' } = input;
  const preference = reservation?.CapacityReservationPreference ?? 'default';
  if (impairment?.ZonalShiftEnabled === true) throw notImplemented('zonal shifts');
  if (preference !== 'default' && preference !== 'none') throw notImplemented('Capacity Reservations');
  if (unit !== 'units') throw notImplemented(`desired capacity in ${unit}`);
}
