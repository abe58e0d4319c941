import { AwsError } from '../../kernel/index.ts';
import type { Kind } from './collection.ts';
import type {
  AddressRecord,
  FlowLogRecord,
  InternetGatewayRecord,
  KeyPairRecord,
  NatGatewayRecord,
  NetworkInterfaceRecord,
  RouteTableRecord,
  SecurityGroupRecord,
  SecurityGroupRuleRecord,
  SubnetRecord,
  VpcEndpointRecord,
  VpcRecord,
} from './network-records.ts';

function notFound(code: string, message: (id: string) => string) {
  return (id: string) => new AwsError(code, message(id));
}

export const VPC: Kind<VpcRecord> = {
  idOf: (vpc) => vpc.VpcId,
  missing: notFound('InvalidVpcID.NotFound', (id) => `The vpc ID '${id}' does not exist`),
  filters: {
    'vpc-id': (vpc) => vpc.VpcId,
    cidr: (vpc) => vpc.CidrBlock,
    'cidr-block-association.cidr-block': (vpc) => vpc.CidrBlock,
    state: (vpc) => vpc.State,
    'is-default': (vpc) => vpc.IsDefault,
    isDefault: (vpc) => vpc.IsDefault,
    'owner-id': (vpc) => vpc.OwnerId,
  },
};

export const SUBNET: Kind<SubnetRecord> = {
  idOf: (subnet) => subnet.SubnetId,
  missing: notFound('InvalidSubnetID.NotFound', (id) => `The subnet ID '${id}' does not exist`),
  filters: {
    'subnet-id': (subnet) => subnet.SubnetId,
    'vpc-id': (subnet) => subnet.VpcId,
    'availability-zone': (subnet) => subnet.AvailabilityZone,
    availabilityZone: (subnet) => subnet.AvailabilityZone,
    'cidr-block': (subnet) => subnet.CidrBlock,
    cidr: (subnet) => subnet.CidrBlock,
    'default-for-az': (subnet) => subnet.DefaultForAz,
    'map-public-ip-on-launch': (subnet) => subnet.MapPublicIpOnLaunch,
    state: (subnet) => subnet.State,
  },
};

export const INTERNET_GATEWAY: Kind<InternetGatewayRecord> = {
  idOf: (gateway) => gateway.InternetGatewayId,
  missing: notFound(
    'InvalidInternetGatewayID.NotFound',
    (id) => `The internetGateway ID '${id}' does not exist`,
  ),
  filters: {
    'internet-gateway-id': (gateway) => gateway.InternetGatewayId,
    'attachment.vpc-id': (gateway) => gateway.Attachments.map((attachment) => attachment.VpcId),
    'attachment.state': (gateway) => gateway.Attachments.map((attachment) => attachment.State),
  },
};

export const ADDRESS: Kind<AddressRecord> = {
  idOf: (address) => address.AllocationId,
  missing: notFound('InvalidAllocationID.NotFound', (id) => `The allocation ID '${id}' does not exist`),
  filters: {
    'allocation-id': (address) => address.AllocationId,
    'association-id': (address) => address.AssociationId,
    'public-ip': (address) => address.PublicIp,
    'instance-id': (address) => address.InstanceId,
    domain: (address) => address.Domain,
  },
};

export const NAT_GATEWAY: Kind<NatGatewayRecord> = {
  idOf: (gateway) => gateway.NatGatewayId,
  missing: notFound('NatGatewayNotFound', (id) => `NAT gateway ${id} was not found`),
  filters: {
    'nat-gateway-id': (gateway) => gateway.NatGatewayId,
    'subnet-id': (gateway) => gateway.SubnetId,
    'vpc-id': (gateway) => gateway.VpcId,
    state: (gateway) => gateway.State,
  },
};

export const ROUTE_TABLE: Kind<RouteTableRecord> = {
  idOf: (table) => table.RouteTableId,
  missing: notFound('InvalidRouteTableID.NotFound', (id) => `The routeTable ID '${id}' does not exist`),
  filters: {
    'route-table-id': (table) => table.RouteTableId,
    'vpc-id': (table) => table.VpcId,
    'association.main': (table) => table.Associations.map((association) => association.Main),
    'association.subnet-id': (table) => table.Associations.map((association) => association.SubnetId),
    'association.route-table-association-id': (table) =>
      table.Associations.map((association) => association.RouteTableAssociationId),
    'route.destination-cidr-block': (table) => table.Routes.map((route) => route.DestinationCidrBlock),
    'route.gateway-id': (table) => table.Routes.map((route) => route.GatewayId),
    'route.nat-gateway-id': (table) => table.Routes.map((route) => route.NatGatewayId),
  },
};

export const SECURITY_GROUP: Kind<SecurityGroupRecord> = {
  idOf: (group) => group.GroupId,
  missing: notFound('InvalidGroup.NotFound', (id) => `The security group '${id}' does not exist`),
  filters: {
    'group-id': (group) => group.GroupId,
    'group-name': (group) => group.GroupName,
    'vpc-id': (group) => group.VpcId,
    description: (group) => group.Description,
    'owner-id': (group) => group.OwnerId,
  },
};

export const SECURITY_GROUP_RULE: Kind<SecurityGroupRuleRecord> = {
  idOf: (rule) => rule.SecurityGroupRuleId,
  missing: notFound(
    'InvalidSecurityGroupRuleId.NotFound',
    (id) => `The security group rule ID '${id}' does not exist`,
  ),
  filters: {
    'group-id': (rule) => rule.GroupId,
    'security-group-rule-id': (rule) => rule.SecurityGroupRuleId,
  },
};

export const VPC_ENDPOINT: Kind<VpcEndpointRecord> = {
  idOf: (endpoint) => endpoint.VpcEndpointId,
  missing: notFound('InvalidVpcEndpointId.NotFound', (id) => `The Vpc Endpoint Id '${id}' does not exist`),
  filters: {
    'vpc-endpoint-id': (endpoint) => endpoint.VpcEndpointId,
    'vpc-endpoint-type': (endpoint) => endpoint.VpcEndpointType,
    'vpc-endpoint-state': (endpoint) => endpoint.State,
    'vpc-id': (endpoint) => endpoint.VpcId,
    'service-name': (endpoint) => endpoint.ServiceName,
  },
};

export const NETWORK_INTERFACE: Kind<NetworkInterfaceRecord> = {
  idOf: (networkInterface) => networkInterface.NetworkInterfaceId,
  missing: notFound(
    'InvalidNetworkInterfaceID.NotFound',
    (id) => `The networkInterface ID '${id}' does not exist`,
  ),
  filters: {
    'network-interface-id': (networkInterface) => networkInterface.NetworkInterfaceId,
    'subnet-id': (networkInterface) => networkInterface.SubnetId,
    'vpc-id': (networkInterface) => networkInterface.VpcId,
    'group-id': (networkInterface) => networkInterface.Groups.map((group) => group.GroupId),
    description: (networkInterface) => networkInterface.Description,
    status: (networkInterface) => networkInterface.Status,
    'private-ip-address': (networkInterface) => networkInterface.PrivateIpAddress,
    'addresses.private-ip-address': (networkInterface) => networkInterface.PrivateIpAddress,
    'attachment.instance-id': (networkInterface) => networkInterface.Attachment?.InstanceId,
    'interface-type': (networkInterface) => networkInterface.InterfaceType,
  },
};

export const FLOW_LOG: Kind<FlowLogRecord> = {
  idOf: (flowLog) => flowLog.FlowLogId,
  missing: notFound('InvalidFlowLogId.NotFound', (id) => `The flow log ID '${id}' does not exist`),
  filters: {
    'flow-log-id': (flowLog) => flowLog.FlowLogId,
    'resource-id': (flowLog) => flowLog.ResourceId,
    'log-group-name': (flowLog) => flowLog.LogGroupName,
    'log-destination-type': (flowLog) => flowLog.LogDestinationType,
    'traffic-type': (flowLog) => flowLog.TrafficType,
  },
};

export const KEY_PAIR: Kind<KeyPairRecord> = {
  idOf: (pair) => pair.KeyPairId,
  missing: notFound('InvalidKeyPair.NotFound', (id) => `The key pair '${id}' does not exist`),
  filters: {
    'key-pair-id': (pair) => pair.KeyPairId,
    'key-name': (pair) => pair.KeyName,
    fingerprint: (pair) => pair.KeyFingerprint,
  },
};
