import type {
  CreateFlowLogsCommandInput,
  CreateVpcEndpointCommandInput,
  VpcEndpoint as VpcEndpointView,
  RequestLaunchTemplateData,
  TagSpecification,
} from '@aws-sdk/client-ec2';
import type { Tag } from '@aws-sdk/client-cloudformation';
import { isSame } from '../engine/replacement.ts';
import { tagSpecifications } from './ec2-network.ts';
import type { Made, ProviderContext } from './provider.ts';
import { deleted, provider } from './provider.ts';
import { retagEc2 } from './tagging.ts';

interface LaunchTemplate {
  readonly LaunchTemplateName?: string;
  readonly LaunchTemplateData: RequestLaunchTemplateData;
  readonly VersionDescription?: string;
  readonly TagSpecifications?: TagSpecification[];
}

export const launchTemplate = provider<LaunchTemplate>({
  properties: ['LaunchTemplateName', 'LaunchTemplateData', 'VersionDescription', 'TagSpecifications'],
  async create(wanted, context) {
    const own = wanted.TagSpecifications?.find((one) => one.ResourceType === 'launch-template');
    const { LaunchTemplate: created } = await context.api.ec2.CreateLaunchTemplate({
      LaunchTemplateName: wanted.LaunchTemplateName ?? context.physicalName(128),
      LaunchTemplateData: wanted.LaunchTemplateData,
      VersionDescription: wanted.VersionDescription,
      ...tagSpecifications('launch-template', own?.Tags, context),
    });
    return templateMade(created?.LaunchTemplateId ?? '', context);
  },
  async update(id, wanted, before, context) {
    if (!isSame(wanted.LaunchTemplateData, before.LaunchTemplateData)) {
      await context.api.ec2.CreateLaunchTemplateVersion({
        LaunchTemplateId: id,
        LaunchTemplateData: wanted.LaunchTemplateData,
        VersionDescription: wanted.VersionDescription,
      });
    }
    return templateMade(id, context);
  },
  async delete(id, _wanted, { api }) {
    await deleted(api.ec2.DeleteLaunchTemplate({ LaunchTemplateId: id }));
  },
});

async function templateMade(id: string, { api }: ProviderContext): Promise<Made> {
  const { LaunchTemplates: [found] = [] } = await api.ec2.DescribeLaunchTemplates({
    LaunchTemplateIds: [id],
  });
  return {
    id,
    attributes: {
      LaunchTemplateId: id,
      LatestVersionNumber: String(found?.LatestVersionNumber ?? 1),
      DefaultVersionNumber: String(found?.DefaultVersionNumber ?? 1),
    },
  };
}

type VpcEndpoint = Pick<
  CreateVpcEndpointCommandInput,
  | 'VpcId'
  | 'ServiceName'
  | 'VpcEndpointType'
  | 'RouteTableIds'
  | 'SubnetIds'
  | 'SecurityGroupIds'
  | 'PrivateDnsEnabled'
> & { readonly PolicyDocument?: unknown; readonly Tags?: Tag[] };

export const vpcEndpoint = provider<VpcEndpoint>({
  properties: [
    'VpcId',
    'ServiceName',
    'VpcEndpointType',
    'RouteTableIds',
    'SubnetIds',
    'SecurityGroupIds',
    'PrivateDnsEnabled',
    'PolicyDocument',
    'Tags',
  ],
  retag: retagEc2,
  async create({ PolicyDocument: policy, Tags, ...wanted }, context) {
    const { VpcEndpoint: created } = await context.api.ec2.CreateVpcEndpoint({
      ...wanted,
      ...(policy === undefined ? {} : { PolicyDocument: JSON.stringify(policy) }),
      ...tagSpecifications('vpc-endpoint', Tags, context),
    });
    return madeEndpoint(created);
  },
  async update(id, wanted, before, { api }) {
    const { PolicyDocument: policy, PrivateDnsEnabled } = wanted;
    const routes = changes(wanted.RouteTableIds, before.RouteTableIds);
    const subnets = changes(wanted.SubnetIds, before.SubnetIds);
    const groups = changes(wanted.SecurityGroupIds, before.SecurityGroupIds);
    await api.ec2.ModifyVpcEndpoint({
      VpcEndpointId: id,
      ...(policy === undefined ? { ResetPolicy: true } : { PolicyDocument: JSON.stringify(policy) }),
      ...(PrivateDnsEnabled === undefined ? {} : { PrivateDnsEnabled }),
      AddRouteTableIds: routes.added,
      RemoveRouteTableIds: routes.removed,
      AddSubnetIds: subnets.added,
      RemoveSubnetIds: subnets.removed,
      AddSecurityGroupIds: groups.added,
      RemoveSecurityGroupIds: groups.removed,
    });
    const { VpcEndpoints: [endpoint] = [] } = await api.ec2.DescribeVpcEndpoints({ VpcEndpointIds: [id] });
    return madeEndpoint(endpoint);
  },
  async delete(id, _wanted, { api }) {
    await deleted(api.ec2.DeleteVpcEndpoints({ VpcEndpointIds: [id] }));
  },
});

function madeEndpoint(endpoint: VpcEndpointView | undefined) {
  const id = endpoint?.VpcEndpointId ?? '';
  return { id, attributes: { Id: id, CreationTimestamp: endpoint?.CreationTimestamp?.toISOString() } };
}

/** What a list of ids has gained and lost. */
function changes(wanted: readonly string[] = [], before: readonly string[] = []) {
  return {
    added: wanted.filter((id) => !before.includes(id)),
    removed: before.filter((id) => !wanted.includes(id)),
  };
}

type FlowLog = Pick<
  CreateFlowLogsCommandInput,
  | 'ResourceType'
  | 'TrafficType'
  | 'LogDestinationType'
  | 'LogDestination'
  | 'LogGroupName'
  | 'DeliverLogsPermissionArn'
  | 'LogFormat'
  | 'MaxAggregationInterval'
> & { readonly ResourceId: string; readonly Tags?: Tag[] };

export const flowLog = provider<FlowLog>({
  properties: [
    'ResourceId',
    'ResourceType',
    'TrafficType',
    'LogDestinationType',
    'LogDestination',
    'LogGroupName',
    'DeliverLogsPermissionArn',
    'LogFormat',
    'MaxAggregationInterval',
    'Tags',
  ],
  retag: retagEc2,
  async create({ ResourceId, Tags, ...wanted }, context) {
    const { FlowLogIds: [id = ''] = [] } = await context.api.ec2.CreateFlowLogs({
      ...wanted,
      ResourceIds: [ResourceId],
      ...tagSpecifications('vpc-flow-log', Tags, context),
    });
    return { id, attributes: { Id: id } };
  },
  async delete(id, _wanted, { api }) {
    await deleted(api.ec2.DeleteFlowLogs({ FlowLogIds: [id] }));
  },
});
