import type {
  Address,
  FlowLog,
  InternetGateway,
  KeyPairInfo,
  NatGateway,
  NetworkInterface,
  RouteTable,
  SecurityGroup,
  SecurityGroupRule,
  Subnet,
  Vpc,
  VpcEndpoint,
} from '@aws-sdk/client-ec2';
import type { AddressPool } from './cidr.ts';
import type { Known } from './records.ts';

export type VpcRecord = Known<Vpc, 'VpcId' | 'CidrBlock' | 'IsDefault'> & {
  readonly dnsSupport: boolean;
  readonly dnsHostnames: boolean;
};
export type SubnetRecord = Known<Subnet, 'SubnetId' | 'VpcId' | 'CidrBlock' | 'AvailabilityZone'> & {
  readonly pool: AddressPool;
};
export type InternetGatewayRecord = Known<InternetGateway, 'InternetGatewayId' | 'Attachments'>;
export type AddressRecord = Known<Address, 'AllocationId' | 'PublicIp'>;
export type NatGatewayRecord = Known<NatGateway, 'NatGatewayId' | 'SubnetId' | 'VpcId' | 'State'>;
export type RouteTableRecord = Known<RouteTable, 'RouteTableId' | 'VpcId' | 'Routes' | 'Associations'>;
export type SecurityGroupRecord = Known<SecurityGroup, 'GroupId' | 'GroupName' | 'VpcId'>;
export type SecurityGroupRuleRecord = Known<
  SecurityGroupRule,
  'SecurityGroupRuleId' | 'GroupId' | 'IsEgress'
>;
export type VpcEndpointRecord = Known<VpcEndpoint, 'VpcEndpointId' | 'VpcId'>;
export type NetworkInterfaceRecord = Known<
  NetworkInterface,
  'NetworkInterfaceId' | 'SubnetId' | 'VpcId' | 'PrivateIpAddress' | 'Groups'
>;
export type FlowLogRecord = Known<FlowLog, 'FlowLogId' | 'ResourceId'>;
export type KeyPairRecord = Known<KeyPairInfo, 'KeyPairId' | 'KeyName'>;
