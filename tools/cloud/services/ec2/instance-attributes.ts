import type {
  DescribeInstanceAttributeRequest,
  EC2,
  ModifyInstanceAttributeRequest,
  ModifyInstanceMetadataOptionsRequest,
} from '@aws-sdk/client-ec2';
import { AwsError, type Kernel, type Operations } from '../../kernel/index.ts';
import { invalidParameterValue } from './errors.ts';
import { architectureOf } from './instance-types.ts';
import type { Instance } from './instance.ts';
import type { Instances } from './instances.ts';
import { groupsOfInterface } from './interfaces.ts';
import type { Network } from './network.ts';
import { given } from './records.ts';

export interface AttributeParts {
  readonly kernel: Kernel;
  readonly network: Network;
  readonly instances: Instances;
}

export function instanceAttributeOperations({ kernel, network, instances }: AttributeParts) {
  const { account } = kernel;
  const monitor = (ids: readonly string[] | undefined, isDetailed: boolean) =>
    (ids ?? [])
      .map((id) => instances.get(id))
      .map((instance) => {
        instance.settings.hasDetailedMonitoring = isDetailed;
        return {
          InstanceId: instance.id,
          Monitoring: { State: isDetailed ? ('enabled' as const) : ('disabled' as const) },
        };
      });
  return {
    ModifyInstanceAttribute: (input) =>
      modifyAttribute(network, instances.get(input.InstanceId ?? ''), input),
    DescribeInstanceAttribute: (input) =>
      describeAttribute(instances.get(input.InstanceId ?? ''), input.Attribute),
    ModifyInstanceMetadataOptions: (input) => modifyMetadata(instances.get(input.InstanceId ?? ''), input),
    MonitorInstances: (input) => ({ InstanceMonitorings: monitor(input.InstanceIds, true) }),
    UnmonitorInstances: (input) => ({ InstanceMonitorings: monitor(input.InstanceIds, false) }),
    DescribeInstanceCreditSpecifications: (input) => ({
      InstanceCreditSpecifications: (input.InstanceIds ?? [])
        .map((id) => instances.get(id))
        .filter(({ instanceType }) => instanceType.startsWith('t'))
        .map(({ id }) => ({ InstanceId: id, CpuCredits: 'unlimited' })),
      OwnerId: account.id,
    }),
  } satisfies Operations<EC2>;
}

function modifyAttribute(network: Network, instance: Instance, input: ModifyInstanceAttributeRequest) {
  const { settings } = instance;
  if (input.Groups?.length) changeGroups(network, instance, input.Groups);
  if (input.InstanceType?.Value !== undefined) changeType(instance, input.InstanceType.Value);
  if (input.UserData?.Value !== undefined) {
    requireStopped(instance);
    settings.userData = Buffer.from(input.UserData.Value).toString('base64');
  }
  settings.isTerminationDisabled = input.DisableApiTermination?.Value ?? settings.isTerminationDisabled;
  settings.isStopDisabled = input.DisableApiStop?.Value ?? settings.isStopDisabled;
  const behavior = input.InstanceInitiatedShutdownBehavior?.Value;
  if (behavior === 'stop' || behavior === 'terminate') settings.shutdownBehavior = behavior;
  return {};
}

function changeGroups(network: Network, instance: Instance, groupIds: readonly string[]): void {
  const { NetworkInterfaceId, VpcId } = instance.facts.networkInterface;
  const Groups = groupsOfInterface(network, VpcId, groupIds);
  const networkInterface = network.interfaces.update(NetworkInterfaceId, { Groups });
  instance.facts = { ...instance.facts, networkInterface };
  network.changed();
}

function changeType(instance: Instance, type: string): void {
  requireStopped(instance);
  if (architectureOf(type) !== instance.architecture)
    throw invalidParameterValue(
      `The instance type '${type}' does not have the architecture of the instance, ${instance.architecture}.`,
    );
  instance.settings.instanceType = type;
}

function requireStopped(instance: Instance): void {
  if (instance.state !== 'stopped')
    throw new AwsError(
      'IncorrectInstanceState',
      `The instance '${instance.id}' is not in the 'stopped' state.`,
    );
}

function describeAttribute(
  { id, settings, facts }: Instance,
  attribute: DescribeInstanceAttributeRequest['Attribute'],
) {
  const base = { InstanceId: id };
  switch (attribute) {
    case 'instanceType':
      return { ...base, InstanceType: { Value: settings.instanceType } };
    case 'userData':
      return { ...base, UserData: settings.userData === undefined ? {} : { Value: settings.userData } };
    case 'disableApiTermination':
      return { ...base, DisableApiTermination: { Value: settings.isTerminationDisabled } };
    case 'disableApiStop':
      return { ...base, DisableApiStop: { Value: settings.isStopDisabled } };
    case 'instanceInitiatedShutdownBehavior':
      return { ...base, InstanceInitiatedShutdownBehavior: { Value: settings.shutdownBehavior } };
    case 'rootDeviceName':
      return { ...base, RootDeviceName: { Value: facts.rootDeviceName } };
    case 'blockDeviceMapping':
      return { ...base, BlockDeviceMappings: facts.blockDevices };
    case 'groupSet':
      return { ...base, Groups: facts.networkInterface.Groups };
    default:
      throw invalidParameterValue(`Value (${attribute ?? ''}) for parameter attribute is invalid.`);
  }
}

function modifyMetadata(instance: Instance, input: ModifyInstanceMetadataOptionsRequest) {
  const { HttpTokens, HttpPutResponseHopLimit, HttpEndpoint, HttpProtocolIpv6, InstanceMetadataTags } = input;
  instance.settings.metadata = {
    ...instance.settings.metadata,
    ...given({ HttpTokens, HttpPutResponseHopLimit, HttpEndpoint, HttpProtocolIpv6, InstanceMetadataTags }),
  };
  return { InstanceId: instance.id, InstanceMetadataOptions: instance.settings.metadata };
}
