import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { AutoScaling } from '@aws-sdk/client-auto-scaling';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { EC2, type Instance } from '@aws-sdk/client-ec2';
import { EFS } from '@aws-sdk/client-efs';
import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import { EventBridge } from '@aws-sdk/client-eventbridge';
import { IAM } from '@aws-sdk/client-iam';
import { KMS, type KeyListEntry } from '@aws-sdk/client-kms';
import { Lambda } from '@aws-sdk/client-lambda';
import { RDS } from '@aws-sdk/client-rds';
import { S3 } from '@aws-sdk/client-s3';
import { Scheduler } from '@aws-sdk/client-scheduler';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { SNS } from '@aws-sdk/client-sns';
import { SQS } from '@aws-sdk/client-sqs';
import { WAFV2 } from '@aws-sdk/client-wafv2';
import type { Cloud } from '../cloud/cloud.ts';
import { ACCOUNT_KEYS } from '../cloud/kernel/index.ts';

/**
 * What stands in the account, of the kinds that a deployment makes, as its owner would find it: by listing it. What is
 * about to be gone is left out.
 *
 * @returns kind and name of each thing: `queue evenkeel-sandbox-Outbox`
 */
export async function standing({ endpoint, kernel }: Cloud): Promise<string[]> {
  const config = { endpoint, region: kernel.account.region, credentials: ACCOUNT_KEYS };
  const listings = Object.entries(listingsWith(config));
  const found = await Promise.all(
    listings.map(async ([kind, names]) => (await names()).map((name) => `${kind} ${name ?? ''}`)),
  );
  return found.flat();
}

type Listing = () => Promise<readonly (string | undefined)[]>;

function listingsWith(config: object): Readonly<Record<string, Listing>> {
  return {
    ...computeListings(config),
    ...messagingListings(config),
    ...storageListings(config),
    ...secretListings(config),
  };
}

const LIVING = { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped'] };

function computeListings(config: object) {
  const ec2 = new EC2(config);
  const elb = new ElasticLoadBalancingV2(config);
  return {
    group: async () =>
      names(
        (await new AutoScaling(config).describeAutoScalingGroups()).AutoScalingGroups,
        'AutoScalingGroupName',
      ),
    instance: async () => {
      const { Reservations = [] } = await ec2.describeInstances({ Filters: [LIVING] });
      return Reservations.flatMap(({ Instances = [] }) => names(Instances.filter(isOnItsOwn), 'InstanceId'));
    },
    'launch template': async () =>
      names((await ec2.describeLaunchTemplates({})).LaunchTemplates, 'LaunchTemplateName'),
    vpc: async () =>
      names((await ec2.describeVpcs({ Filters: [{ Name: 'is-default', Values: ['false'] }] })).Vpcs, 'VpcId'),
    address: async () => names((await ec2.describeAddresses({})).Addresses, 'AllocationId'),
    'load balancer': async () =>
      names((await elb.describeLoadBalancers({})).LoadBalancers, 'LoadBalancerArn'),
    'target group': async () => names((await elb.describeTargetGroups({})).TargetGroups, 'TargetGroupArn'),
    'web acl': async () =>
      names((await new WAFV2(config).listWebACLs({ Scope: 'REGIONAL' })).WebACLs, 'Name'),
    function: async () => names((await new Lambda(config).listFunctions()).Functions, 'FunctionName'),
    role: async () => names((await new IAM(config).listRoles()).Roles, 'RoleName'),
  };
}

/** Those of a group come and go: their group stands for them. */
function isOnItsOwn({ Tags = [] }: Instance): boolean {
  return !Tags.some(({ Key }) => Key === 'aws:autoscaling:groupName');
}

function messagingListings(config: object) {
  return {
    queue: async () => (await new SQS(config).listQueues()).QueueUrls ?? [],
    topic: async () => names((await new SNS(config).listTopics()).Topics, 'TopicArn'),
    rule: async () => names((await new EventBridge(config).listRules({})).Rules, 'Name'),
    schedule: async () => names((await new Scheduler(config).listSchedules({})).Schedules, 'Name'),
    alarm: async () => {
      const { MetricAlarms = [], CompositeAlarms = [] } = await new CloudWatch(config).describeAlarms({
        AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
      });
      return names([...MetricAlarms, ...CompositeAlarms], 'AlarmName');
    },
    dashboard: async () =>
      names((await new CloudWatch(config).listDashboards({})).DashboardEntries, 'DashboardName'),
    'log group': async () =>
      names((await new CloudWatchLogs(config).describeLogGroups()).logGroups, 'logGroupName'),
  };
}

function storageListings(config: object) {
  const rds = new RDS(config);
  return {
    bucket: async () =>
      names((await new S3({ ...config, forcePathStyle: true }).listBuckets()).Buckets, 'Name'),
    table: async () => (await new DynamoDB(config).listTables()).TableNames ?? [],
    'file system': async () =>
      names((await new EFS(config).describeFileSystems()).FileSystems, 'FileSystemId'),
    database: async () => names((await rds.describeDBInstances()).DBInstances, 'DBInstanceIdentifier'),
    'database snapshot': async () =>
      names((await rds.describeDBSnapshots()).DBSnapshots, 'DBSnapshotIdentifier'),
  };
}

function secretListings(config: object) {
  const kms = new KMS(config);
  return {
    secret: async () => names((await new SecretsManager(config).listSecrets()).SecretList, 'Name'),
    key: async () => names(await ownKeys(kms), 'KeyId'),
  };
}

/** Without AWS's own, and without those that wait for their end. */
async function ownKeys(kms: KMS): Promise<KeyListEntry[]> {
  const { Keys = [] } = await kms.listKeys();
  const described = await Promise.all(Keys.map(({ KeyId }) => kms.describeKey({ KeyId })));
  return described.flatMap(({ KeyMetadata }) =>
    KeyMetadata?.KeyManager === 'CUSTOMER' && KeyMetadata.KeyState !== 'PendingDeletion' ? [KeyMetadata] : [],
  );
}

function names<Key extends string>(
  items: readonly { readonly [key in Key]?: string | undefined }[] | undefined,
  key: Key,
): (string | undefined)[] {
  return (items ?? []).map((item) => item[key]);
}
