import type {
  Instance as InstanceShape,
  InstanceState as WireState,
  InstanceStatus,
} from '@aws-sdk/client-ec2';
import { globalArn, type Account, type Instant } from '../../kernel/index.ts';
import type { InstanceState } from './api.ts';
import type { Filters } from './filters.ts';
import type { Instance } from './instance.ts';
import { zoneId } from './regions.ts';

/** EC2's numbers for the states, the low byte of its `InstanceState.Code`. */
const STATE_CODES: Readonly<Record<InstanceState, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

/** How long status checks stay `initializing` after an instance runs. */
const CHECKS_INITIALIZE_MS = 120_000;

export function wireState(state: InstanceState): WireState {
  return { Code: STATE_CODES[state], Name: state };
}

export const INSTANCE_FILTERS: Filters<Instance> = {
  architecture: (instance) => instance.architecture,
  'availability-zone': (instance) => instance.zone,
  'iam-instance-profile.arn': (instance) => instance.instanceProfile,
  'image-id': (instance) => instance.imageId,
  'instance-id': (instance) => instance.id,
  'instance-lifecycle': (instance) => (instance.market === 'spot' ? 'spot' : undefined),
  'instance-state-code': (instance) => STATE_CODES[instance.state],
  'instance-state-name': (instance) => instance.state,
  'instance-type': (instance) => instance.instanceType,
  'instance.group-id': (instance) => groupIds(instance),
  'network-interface.group-id': (instance) => groupIds(instance),
  'key-name': (instance) => instance.facts.keyName,
  'launch-time': (instance) => new Date(instance.launchedAt).toISOString(),
  'private-ip-address': (instance) => instance.privateIp,
  'private-dns-name': (instance) => instance.facts.networkInterface.PrivateDnsName,
  'ip-address': (instance) => instance.facts.publicIp,
  'reservation-id': (instance) => instance.facts.reservationId,
  'subnet-id': (instance) => instance.subnetId,
  'vpc-id': (instance) => instance.vpcId,
};

function groupIds(instance: Instance): (string | undefined)[] {
  return instance.facts.networkInterface.Groups.map((group) => group.GroupId);
}

/** An instance as DescribeInstances shows it; a terminated one has neither address nor network any more. */
export function instanceShape(account: Account, instance: Instance): InstanceShape {
  const { facts, settings } = instance;
  return {
    InstanceId: instance.id,
    ImageId: instance.imageId,
    InstanceType: instance.instanceType as InstanceShape['InstanceType'],
    Architecture: instance.architecture,
    State: wireState(instance.state),
    StateReason: instance.stateReason,
    StateTransitionReason: instance.stateReason === undefined ? '' : 'User initiated',
    LaunchTime: new Date(instance.launchedAt),
    AmiLaunchIndex: facts.launchIndex,
    ClientToken: facts.clientToken ?? '',
    KeyName: facts.keyName,
    Placement: {
      AvailabilityZone: instance.zone,
      AvailabilityZoneId: zoneId(instance.zone),
      GroupName: '',
      Tenancy: 'default',
    },
    Monitoring: { State: settings.hasDetailedMonitoring ? 'enabled' : 'disabled' },
    IamInstanceProfile: profileShape(account, settings.instanceProfile),
    InstanceLifecycle: instance.market === 'spot' ? 'spot' : undefined,
    MetadataOptions: settings.metadata,
    RootDeviceName: facts.rootDeviceName,
    RootDeviceType: 'ebs',
    BlockDeviceMappings: instance.state === 'terminated' ? [] : facts.blockDevices,
    EbsOptimized: false,
    EnaSupport: true,
    Hypervisor: 'xen',
    VirtualizationType: 'hvm',
    PlatformDetails: 'Linux/UNIX',
    UsageOperation: 'RunInstances',
    ProductCodes: [],
    Tags: [...instance.tags].map(([Key, Value]) => ({ Key, Value })),
    ...(instance.state === 'terminated' ? { PrivateDnsName: '', PublicDnsName: '' } : networkShape(instance)),
  };
}

function networkShape(instance: Instance): InstanceShape {
  const { facts } = instance;
  const { networkInterface } = facts;
  return {
    VpcId: instance.vpcId,
    SubnetId: instance.subnetId,
    PrivateIpAddress: instance.privateIp,
    PrivateDnsName: networkInterface.PrivateDnsName,
    PublicIpAddress: facts.publicIp,
    PublicDnsName:
      facts.publicIp === undefined ? '' : `ec2-${facts.publicIp.replaceAll('.', '-')}.compute.amazonaws.com`,
    SecurityGroups: networkInterface.Groups,
    SourceDestCheck: true,
    NetworkInterfaces: [
      {
        NetworkInterfaceId: networkInterface.NetworkInterfaceId,
        Attachment: {
          DeviceIndex: 0,
          Status: 'attached',
          DeleteOnTermination: true,
          AttachTime: new Date(instance.launchedAt),
        },
        Groups: networkInterface.Groups,
        PrivateIpAddress: instance.privateIp,
        PrivateDnsName: networkInterface.PrivateDnsName,
        SubnetId: instance.subnetId,
        VpcId: instance.vpcId,
        Status: 'in-use',
        SourceDestCheck: true,
      },
    ],
  };
}

function profileShape(account: Account, profile: string | undefined) {
  if (profile === undefined) return undefined;
  const arn = profile.startsWith('arn:') ? profile : globalArn(account, 'iam', `instance-profile/${profile}`);
  return { Arn: arn };
}

export function statusShape(instance: Instance, now: Instant): InstanceStatus {
  const isInitializing = now - instance.stateSince < CHECKS_INITIALIZE_MS;
  const checks = checkResult(instance, isInitializing);
  return {
    InstanceId: instance.id,
    AvailabilityZone: instance.zone,
    AvailabilityZoneId: zoneId(instance.zone),
    InstanceState: wireState(instance.state),
    InstanceStatus: checks,
    SystemStatus: checks,
    Events: [],
  };
}

function checkResult(instance: Instance, isInitializing: boolean): InstanceStatus['InstanceStatus'] {
  if (instance.state !== 'running') return { Status: 'not-applicable' };
  if (instance.isImpaired)
    return { Status: 'impaired', Details: [{ Name: 'reachability', Status: 'failed' }] };
  if (isInitializing)
    return { Status: 'initializing', Details: [{ Name: 'reachability', Status: 'initializing' }] };
  return { Status: 'ok', Details: [{ Name: 'reachability', Status: 'passed' }] };
}
