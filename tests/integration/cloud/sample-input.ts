import type { Shape, StructureShape } from '../../../tools/cloud/wire/model/schema.ts';

const ACCOUNT = '123456789012';
const arn = (service: string, resource: string) => `arn:aws:${service}:eu-central-1:${ACCOUNT}:${resource}`;

/** What ids of EC2 begin with, by the members that hold them. */
const EC2_IDS: Readonly<Record<string, string>> = {
  AddRouteTableIds: 'rtb',
  AddSecurityGroupIds: 'sg',
  AddSubnetIds: 'subnet',
  AllocationId: 'eipalloc',
  FlowLogIds: 'fl',
  GatewayId: 'igw',
  GroupId: 'sg',
  Groups: 'sg',
  ImageId: 'ami',
  InstanceId: 'i',
  InstanceIds: 'i',
  InternetGatewayId: 'igw',
  LaunchTemplateId: 'lt',
  NatGatewayId: 'nat',
  NetworkInterfaceId: 'eni',
  RemoveRouteTableIds: 'rtb',
  ResourceIds: 'vpc',
  Resources: 'vpc',
  RouteTableId: 'rtb',
  RouteTableIds: 'rtb',
  SecurityGroupIds: 'sg',
  SnapshotId: 'snap',
  SourceImageId: 'ami',
  SubnetId: 'subnet',
  SubnetIds: 'subnet',
  VolumeId: 'vol',
  VpcEndpointId: 'vpce',
  VpcEndpointIds: 'vpce',
  VpcId: 'vpc',
};

/** Text that is more than any text, by service and member. */
const TEXTS: Readonly<Record<string, string>> = {
  CopySource: 'bucket/key',
  DeliverLogsPermissionArn: `arn:aws:iam::${ACCOUNT}:role/r`,
  DestinationArn: arn('sqs', 'r'),
  DurableExecutionArn: arn('lambda', 'function:f:1/durable-execution/n/i'),
  EventPattern: '{"source":["a"],"detail-type":["b"]}',
  ListenerArn: arn('elasticloadbalancing', 'listener/app/n/i/l'),
  LoadBalancerArn: arn('elasticloadbalancing', 'loadbalancer/app/n/i'),
  Path: '/p/',
  PermissionsBoundary: `arn:aws:iam::${ACCOUNT}:policy/b`,
  PolicyArn: `arn:aws:iam::${ACCOUNT}:policy/p`,
  MonitoringRoleArn: `arn:aws:iam::${ACCOUNT}:role/r`,
  RoleARN: `arn:aws:iam::${ACCOUNT}:role/r`,
  RoleArn: `arn:aws:iam::${ACCOUNT}:role/r`,
  RotationLambdaARN: arn('lambda', 'function:f'),
  RuleArn: arn('elasticloadbalancing', 'listener-rule/app/n/i/l/r'),
  SourceArn: arn('sqs', 'q'),
  SubscriptionArn: arn('sns', 't:s'),
  TargetGroupArn: arn('elasticloadbalancing', 'targetgroup/n/i'),
  Tagging: 'k=v',
  TopicArn: arn('sns', 't'),
  DeletionTaskId: 'task/aws-service-role/x.amazonaws.com/r/0',
  'kms:AliasName': 'alias/a',
  'iam:Role': `arn:aws:iam::${ACCOUNT}:role/r`,
  'lambda:Role': `arn:aws:iam::${ACCOUNT}:role/r`,
  'lambda:Resource': arn('lambda', 'function:f'),
  'dynamodb:ResourceArn': arn('dynamodb', 'table/t'),
  'elasticloadbalancing:ResourceArns': arn('elasticloadbalancing', 'loadbalancer/app/n/i'),
  'events:ResourceARN': arn('events', 'rule/r'),
  'cloudwatch:ResourceARN': arn('cloudwatch', 'alarm:a'),
  'logs:resourceArn': arn('logs', 'log-group:g'),
  'scheduler:ResourceArn': arn('scheduler', 'schedule-group/g'),
  'rds:Engine': 'mysql',
  'rds:ResourceName': arn('rds', 'db:d'),
  'elasticfilesystem:FileSystemId': 'fs-0123',
  'elasticfilesystem:ResourceId': 'fs-0123',
  'elasticfilesystem:AccessPointId': 'fsap-0123',
  'elasticfilesystem:SubnetId': 'subnet-0123',
  'wafv2:ResourceArn': arn('elasticloadbalancing', 'loadbalancer/app/n/i'),
  'wafv2:LoggingConfiguration.ResourceArn': arn('wafv2', 'regional/webacl/n/i'),
  'wafv2:GetLoggingConfigurationRequest.ResourceArn': arn('wafv2', 'regional/webacl/n/i'),
  'wafv2:DeleteLoggingConfigurationRequest.ResourceArn': arn('wafv2', 'regional/webacl/n/i'),
  'wafv2:WebACLArn': arn('wafv2', 'regional/webacl/n/i'),
  'wafv2:ResourceARN': arn('wafv2', 'regional/webacl/n/i'),
  'wafv2:ARN': arn('wafv2', 'regional/webacl/n/i'),
  'sns:ResourceArn': arn('sns', 't'),
  'ssm:ResourceType': 'Parameter',
  'sts:RoleArn': `arn:aws:iam::${ACCOUNT}:role/r`,
};

/** An input with all its members. Texts are such as their members' names let one expect. */
export function sampleInput(service: string, shape: Shape): object {
  return shape.kind === 'structure' ? structure(service, shape, 0) : {};
}

const DEEPEST = 5;

function structure(service: string, shape: StructureShape, depth: number): object {
  if (depth > DEEPEST) return {};
  const members = shape.isUnion ? shape.members.slice(0, 1) : shape.members;
  return Object.fromEntries(
    members.map((slot) => [
      slot.name,
      TEXTS[`${service}:${shape.name}.${slot.name}`] ?? value(service, slot.shape, slot.name, depth + 1),
    ]),
  );
}

function value(service: string, shape: Shape, name: string, depth: number): unknown {
  switch (shape.kind) {
    case 'structure':
      return structure(service, shape, depth);
    case 'list':
      return [value(service, shape.member.shape, name, depth)];
    case 'map':
      return { key: value(service, shape.value.shape, name, depth) };
    case 'string':
      return text(service, name);
    case 'number':
    case 'bigint':
      return 1;
    case 'boolean':
      return true;
    case 'timestamp':
      return new Date(0);
    case 'blob':
      return Buffer.from('00000000-0000-4000-8000-000000000000…');
    case 'bigdecimal':
    case 'document':
    case 'unit':
      return undefined;
  }
}

function text(service: string, name: string): string | undefined {
  const prefix = service === 'ec2' ? EC2_IDS[name] : undefined;
  if (prefix !== undefined) return `${prefix}-0123`;
  // What is tagged is what is made, unless it says otherwise.
  if (service === 'ec2' && name === 'ResourceType') return undefined;
  return TEXTS[`${service}:${name}`] ?? TEXTS[name] ?? 'text';
}
