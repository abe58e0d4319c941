import type { EC2Client } from '@aws-sdk/client-ec2';
import { DeleteFlowLogsCommand } from '@aws-sdk/client-ec2';
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ModifyLoadBalancerAttributesCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { RDSClient } from '@aws-sdk/client-rds';
import { ModifyDBInstanceCommand } from '@aws-sdk/client-rds';
import type { S3Client } from '@aws-sdk/client-s3';
import { emptyBucket } from './empty-bucket.ts';
import type { StackResource } from './stack.ts';

export interface Clients {
  readonly s3: S3Client;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly ec2: EC2Client;
  readonly rds: RDSClient;
}

/**
 * Takes away what would keep CloudFormation from removing a stack: protection against deletion, which is against
 * deletion by mistake, and objects in buckets that are to go. Who writes into those stops first. What is kept is not
 * touched. It can be done again at any time.
 */
export async function prepareRemoval(resources: readonly StackResource[], clients: Clients): Promise<void> {
  for (const { id } of ofType(resources, 'AWS::ElasticLoadBalancingV2::LoadBalancer')) {
    await unlessGone(releaseLoadBalancer(id, clients.elb));
  }
  for (const { id } of ofType(resources, 'AWS::EC2::FlowLog')) {
    await clients.ec2.send(new DeleteFlowLogsCommand({ FlowLogIds: [id] }));
  }
  for (const { id } of ofType(resources, 'AWS::RDS::DBInstance')) {
    await unlessGone(releaseDatabase(id, clients.rds));
  }
  for (const { id, policy } of ofType(resources, 'AWS::S3::Bucket')) {
    if (policy === 'Delete') await unlessGone(emptyBucket(id, clients.s3));
  }
}

function ofType(resources: readonly StackResource[], type: string): StackResource[] {
  return resources.filter((resource) => resource.type === type);
}

async function releaseLoadBalancer(id: string, elb: ElasticLoadBalancingV2Client): Promise<void> {
  const Attributes = ['deletion_protection.enabled', 'access_logs.s3.enabled'].map((Key) => ({
    Key,
    Value: 'false',
  }));
  await elb.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: id, Attributes }));
}

async function releaseDatabase(id: string, rds: RDSClient): Promise<void> {
  await rds.send(
    new ModifyDBInstanceCommand({
      DBInstanceIdentifier: id,
      DeletionProtection: false,
      ApplyImmediately: true,
    }),
  );
}

const GONE = [
  'LoadBalancerNotFoundException',
  'LoadBalancerNotFound',
  'DBInstanceNotFoundFault',
  'DBInstanceNotFound',
  'NoSuchBucket',
];

/** A removal that failed half-way is repeated: what it took away by then needs no preparing. */
async function unlessGone(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof Error && GONE.includes(error.name))) throw error;
  }
}
