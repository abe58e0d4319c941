import type { CreateFlowLogsRequest, EC2 } from '@aws-sdk/client-ec2';
import { AwsError, type Operations } from '../../kernel/index.ts';
import { refusal } from './endpoints.ts';
import type { FlowLogRecord } from './network-records.ts';
import type { Network } from './network.ts';
import { tagsFor } from './tags.ts';

/** Flow logs as records: this network carries no packets that could be logged. */
export function flowLogOperations(network: Network) {
  return {
    CreateFlowLogs: (input) => createFlowLogs(network, input),
    DescribeFlowLogs: (input) => {
      const { items, ...rest } = network.flowLogs.describe({
        ids: input.FlowLogIds,
        filters: input.Filter,
        maxResults: input.MaxResults,
        nextToken: input.NextToken,
      });
      return { FlowLogs: items, ...rest };
    },
    DeleteFlowLogs: (input) => ({
      Unsuccessful: (input.FlowLogIds ?? []).flatMap((id) => refusal(id, () => network.flowLogs.delete(id))),
    }),
  } satisfies Operations<EC2>;
}

function createFlowLogs(network: Network, input: CreateFlowLogsRequest) {
  const created = (input.ResourceIds ?? []).map((ResourceId) => {
    requireResource(network, input.ResourceType, ResourceId);
    const flowLog: FlowLogRecord = {
      FlowLogId: network.newId('fl'),
      ResourceId,
      CreationTime: network.kernel.clock.date(),
      DeliverLogsPermissionArn: input.DeliverLogsPermissionArn,
      DeliverLogsStatus: 'SUCCESS',
      FlowLogStatus: 'ACTIVE',
      LogDestinationType: input.LogDestinationType ?? 'cloud-watch-logs',
      LogDestination: input.LogDestination,
      LogGroupName: input.LogGroupName,
      LogFormat: input.LogFormat,
      MaxAggregationInterval: input.MaxAggregationInterval ?? 600,
      TrafficType: input.TrafficType ?? 'ALL',
    };
    return network.flowLogs.add(flowLog, tagsFor('vpc-flow-log', input.TagSpecifications)).FlowLogId;
  });
  return { FlowLogIds: created, Unsuccessful: [] };
}

function requireResource(network: Network, type: CreateFlowLogsRequest['ResourceType'], id: string): void {
  if (type === 'VPC') network.vpcs.get(id);
  else if (type === 'Subnet') network.subnets.get(id);
  else if (type === 'NetworkInterface') network.interfaces.get(id);
  else throw new AwsError('InvalidParameter', `Unsupported resource type: ${type ?? ''}`);
}
