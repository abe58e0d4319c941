import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { RDSClient } from '@aws-sdk/client-rds';
import { SQSClient } from '@aws-sdk/client-sqs';
import { autoScalingGroups } from '../../../shared/aws/auto-scaling-groups.ts';
import { cloudWatchAlarms } from '../../../shared/aws/cloudwatch-alarms.ts';
import { cloudWatchMetrics } from '../../../shared/aws/cloudwatch-metrics.ts';
import { dynamoLease } from '../../../shared/aws/dynamodb-lease.ts';
import { dynamoLedger } from '../../../shared/aws/dynamodb-ledger.ts';
import { dynamoMemory } from '../../../shared/aws/dynamodb-memory.ts';
import { ec2Instances } from '../../../shared/aws/ec2-instances.ts';
import { elbBalancers } from '../../../shared/aws/elb-balancers.ts';
import { systemIds } from '../../../shared/aws/ids.ts';
import { rdsDatabases } from '../../../shared/aws/rds-databases.ts';
import { sqsOutbox } from '../../../shared/aws/sqs-outbox.ts';
import type { Fleet } from '../../../shared/domain/index.ts';
import type { Groups } from '../../../shared/ports/index.ts';
import type { ScalePorts } from '../../../shared/workflows/scale-fleet.ts';
import type { CloudWorld } from '../adapters/cloud-world.ts';

/** What the scaling workflow needs, in a local cloud, and whatever else tests ask of groups. */
export function wireScale(
  { access, clock, table, queueUrl }: CloudWorld,
  fleet: Fleet,
): ScalePorts & { readonly groups: Groups } {
  return {
    stage: 'prod',
    service: 'evenkeel-prod',
    configuration: { fleets: [fleet], notify: { email: [] } },
    groups: autoScalingGroups(new AutoScalingClient(access)),
    metrics: cloudWatchMetrics(new CloudWatchClient(access)),
    instances: ec2Instances(new EC2Client(access)),
    alarms: cloudWatchAlarms(new CloudWatchClient(access)),
    balancers: elbBalancers(new ElasticLoadBalancingV2Client(access)),
    databases: rdsDatabases(new RDSClient(access)),
    ledger: dynamoLedger(table),
    memory: dynamoMemory(table),
    lease: dynamoLease(table),
    outbox: sqsOutbox(table, queueUrl, new SQSClient(access)),
    clock,
    ids: systemIds,
  };
}
