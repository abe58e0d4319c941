import type { EC2 } from '@aws-sdk/client-ec2';
import { created, createdAlone, made, ofId, ofKind, referred, ruleMade } from './ec2-resources.ts';
import type { Need, NeedsOf, Scope } from './need.ts';
import { keys, named, passRole, same } from './need.ts';

interface OfTemplate {
  readonly LaunchTemplateId?: string | undefined;
  readonly LaunchTemplateName?: string | undefined;
}

const ofTemplate = ({ LaunchTemplateId: id, LaunchTemplateName: name = '' }: OfTemplate, scope: Scope) => [
  named(scope, 'ec2', `launch-template/${id ?? scope.directory.launchTemplateId(name) ?? '*'}`),
];

const ofKeyPair = ({ KeyName = '*' }: { readonly KeyName?: string | undefined }, scope: Scope) => [
  named(scope, 'ec2', `key-pair/${KeyName}`),
];

const keyPairId = ({ KeyName }: { readonly KeyName?: string | undefined }) =>
  KeyName === undefined ? {} : { id: KeyName };

/** An association names neither of those it joins: only who may do it to all may do it to these. */
const ofAssociation = (_input: unknown, scope: Scope) => [named(scope, 'ec2', 'route-table/*')];

const ofInstances = referred('InstanceIds');
const ofInstance = referred('InstanceId');
const ofGroup = referred('GroupId');
const ofImage = referred('ImageId');
const ofRouteTable = referred('RouteTableId');

export const ec2Needs: NeedsOf<EC2> = {
  ...same(
    ofInstances,
    'MonitorInstances',
    'RebootInstances',
    'StartInstances',
    'StopInstances',
    'TerminateInstances',
    'UnmonitorInstances',
  ),
  ...same(
    ofInstance,
    'DescribeInstanceAttribute',
    'GetConsoleOutput',
    'ModifyInstanceAttribute',
    'ModifyInstanceMetadataOptions',
  ),
  RunInstances: (input, scope) => {
    const { SubnetId, SecurityGroupIds, LaunchTemplate: template, IamInstanceProfile: profile } = input;
    const templates = template === undefined ? [] : ofTemplate(template, scope);
    const context = keys({ 'ec2:launchtemplate': templates.length > 0 ? templates : undefined });
    const role = profile && scope.directory.roleOfProfile(profile.Arn ?? profile.Name ?? '');
    const resource = (text: string | undefined) =>
      text === undefined ? [] : [{ resource: ofId(scope, text), context }];
    return [
      ...made('RunInstances', input, scope, 'instance', {
        context: { ...context, ...keys({ 'ec2:instancetype': input.InstanceType }) },
      }),
      ...['volume', 'network-interface'].map((kind) => ({
        resource: named(scope, 'ec2', `${kind}/*`),
        context,
      })),
      ...resource(input.ImageId?.startsWith('resolve:') === true ? 'ami-*' : input.ImageId),
      ...resource(SubnetId),
      ...(SecurityGroupIds ?? []).flatMap((id) => resource(id)),
      ...(input.KeyName === undefined ? [] : ofKeyPair({ KeyName: input.KeyName }, scope)),
      ...templates,
      ...passRole(role, 'ec2.amazonaws.com'),
    ];
  },

  CreateLaunchTemplate: createdAlone('CreateLaunchTemplate', 'launch-template'),
  ...same(
    ofTemplate,
    'CreateLaunchTemplateVersion',
    'DeleteLaunchTemplate',
    'DeleteLaunchTemplateVersions',
    'ModifyLaunchTemplate',
  ),

  CreateTags: ({ Resources = [] }, scope) => Resources.map((id) => ofId(scope, id)),
  DeleteTags: ({ Resources = [] }, scope) => Resources.map((id) => ofId(scope, id)),

  CreateImage: (input, scope) => [
    ...ofInstance(input, scope),
    ...made('CreateImage', input, scope, 'image'),
    ofKind(scope, 'snapshot', '*'),
  ],
  CopyImage: (input, scope) => [...made('CopyImage', input, scope, 'image'), ofKind(scope, 'snapshot', '*')],
  RegisterImage: createdAlone('RegisterImage', 'image'),
  ...same(
    ofImage,
    'DeregisterImage',
    'DescribeImageAttribute',
    'DisableImage',
    'DisableImageDeprecation',
    'DisableImageDeregistrationProtection',
    'EnableImage',
    'EnableImageDeprecation',
    'EnableImageDeregistrationProtection',
    'ModifyImageAttribute',
    'ResetImageAttribute',
  ),
  CreateVolume: created('CreateVolume', 'volume', 'SnapshotId'),
  DeleteVolume: referred('VolumeId'),
  CreateSnapshot: created('CreateSnapshot', 'snapshot', 'VolumeId'),
  DeleteSnapshot: referred('SnapshotId'),
  DeleteKeyPair: ofKeyPair,
  CreateKeyPair: (input, scope) => made('CreateKeyPair', input, scope, 'key-pair', keyPairId(input)),
  ImportKeyPair: (input, scope) => made('ImportKeyPair', input, scope, 'key-pair', keyPairId(input)),

  CreateVpc: createdAlone('CreateVpc', 'vpc'),
  ...same(referred('VpcId'), 'DeleteVpc', 'DescribeVpcAttribute', 'ModifyVpcAttribute'),
  CreateSubnet: created('CreateSubnet', 'subnet', 'VpcId'),
  ...same(referred('SubnetId'), 'DeleteSubnet', 'ModifySubnetAttribute'),
  CreateRouteTable: created('CreateRouteTable', 'route-table', 'VpcId'),
  ...same(
    ofRouteTable,
    'CreateRoute',
    'DeleteRoute',
    'DeleteRouteTable',
    'ReplaceRoute',
    'ReplaceRouteTableAssociation',
  ),
  AssociateRouteTable: referred('RouteTableId', 'SubnetId', 'GatewayId'),
  ...same(ofAssociation, 'DisassociateRouteTable'),
  CreateSecurityGroup: created('CreateSecurityGroup', 'security-group', 'VpcId'),
  AuthorizeSecurityGroupEgress: ruleMade('AuthorizeSecurityGroupEgress'),
  AuthorizeSecurityGroupIngress: ruleMade('AuthorizeSecurityGroupIngress'),
  ...same(ofGroup, 'DeleteSecurityGroup', 'RevokeSecurityGroupEgress', 'RevokeSecurityGroupIngress'),
  CreateNetworkInterface: created('CreateNetworkInterface', 'network-interface', 'SubnetId', 'Groups'),
  DeleteNetworkInterface: referred('NetworkInterfaceId'),
  CreateInternetGateway: createdAlone('CreateInternetGateway', 'internet-gateway'),
  ...same(referred('InternetGatewayId', 'VpcId'), 'AttachInternetGateway', 'DetachInternetGateway'),
  DeleteInternetGateway: referred('InternetGatewayId'),
  AllocateAddress: createdAlone('AllocateAddress', 'elastic-ip'),
  AssociateAddress: referred('AllocationId', 'InstanceId', 'NetworkInterfaceId'),
  DisassociateAddress: (_input, scope) => [named(scope, 'ec2', 'elastic-ip/*')],
  ReleaseAddress: referred('AllocationId'),
  CreateNatGateway: created('CreateNatGateway', 'natgateway', 'AllocationId', 'SubnetId'),
  DeleteNatGateway: referred('NatGatewayId'),
  CreateVpcEndpoint: created(
    'CreateVpcEndpoint',
    'vpc-endpoint',
    'VpcId',
    'RouteTableIds',
    'SecurityGroupIds',
    'SubnetIds',
  ),
  ModifyVpcEndpoint: referred(
    'VpcEndpointId',
    'AddRouteTableIds',
    'RemoveRouteTableIds',
    'AddSubnetIds',
    'AddSecurityGroupIds',
  ),
  DeleteVpcEndpoints: referred('VpcEndpointIds'),
  CreateFlowLogs: (input, scope): Need[] => [
    ...made('CreateFlowLogs', input, scope, 'vpc-flow-log'),
    ...(input.ResourceIds ?? []).map((id) => ({ resource: ofId(scope, id) })),
    ...passRole(input.DeliverLogsPermissionArn, 'vpc-flow-logs.amazonaws.com'),
  ],
  DeleteFlowLogs: referred('FlowLogIds'),
};
