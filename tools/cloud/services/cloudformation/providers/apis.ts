import type { AutoScaling } from '@aws-sdk/client-auto-scaling';
import type { CloudWatch } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import type { EC2 } from '@aws-sdk/client-ec2';
import type { EFS } from '@aws-sdk/client-efs';
import type { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { EventBridge } from '@aws-sdk/client-eventbridge';
import type { IAM } from '@aws-sdk/client-iam';
import type { KMS } from '@aws-sdk/client-kms';
import type { Lambda } from '@aws-sdk/client-lambda';
import type { RDS } from '@aws-sdk/client-rds';
import type { S3 } from '@aws-sdk/client-s3';
import type { Scheduler } from '@aws-sdk/client-scheduler';
import type { SecretsManager } from '@aws-sdk/client-secrets-manager';
import type { SNS } from '@aws-sdk/client-sns';
import type { SQS } from '@aws-sdk/client-sqs';
import type { SSM } from '@aws-sdk/client-ssm';
import type { WAFV2 } from '@aws-sdk/client-wafv2';
import type { Call, Kernel, Operations } from '../../../kernel/index.ts';
import { AwsError } from '../../../kernel/index.ts';

interface Clients {
  autoScaling: AutoScaling;
  cloudWatch: CloudWatch;
  dynamoDb: DynamoDB;
  ec2: EC2;
  efs: EFS;
  elb: ElasticLoadBalancingV2;
  eventBridge: EventBridge;
  iam: IAM;
  kms: KMS;
  lambda: Lambda;
  logs: CloudWatchLogs;
  rds: RDS;
  s3: S3;
  scheduler: Scheduler;
  secretsManager: SecretsManager;
  sns: SNS;
  sqs: SQS;
  ssm: SSM;
  waf: WAFV2;
}

/** The services that CloudFormation makes resources of; those of an absent one cannot be made. */
export type ProvidedServices = {
  readonly [Name in keyof Clients]?: { readonly operations: Operations<Clients[Name]> };
};

/** A service's operations, called as an SDK's aggregated client would call them, but in process. */
type Api<Client> = {
  [Name in keyof Operations<Client>]-?: NonNullable<Operations<Client>[Name]> extends (
    input: infer Input,
    call: Call,
  ) => infer Output
    ? (input: Input) => Promise<Awaited<Output>>
    : never;
};

export type Apis = { readonly [Name in keyof Clients]: Api<Clients[Name]> };

/** What a service is called in ARNs and in IAM, where that differs from our name for it. */
const PREFIXES: Readonly<Record<keyof Clients, string>> = {
  autoScaling: 'autoscaling',
  cloudWatch: 'cloudwatch',
  dynamoDb: 'dynamodb',
  ec2: 'ec2',
  efs: 'elasticfilesystem',
  elb: 'elasticloadbalancing',
  eventBridge: 'events',
  iam: 'iam',
  kms: 'kms',
  lambda: 'lambda',
  logs: 'logs',
  rds: 'rds',
  s3: 's3',
  scheduler: 'scheduler',
  secretsManager: 'secretsmanager',
  sns: 'sns',
  sqs: 'sqs',
  ssm: 'ssm',
  waf: 'wafv2',
};

/**
 * The services' APIs as CloudFormation calls them, on behalf of the account.
 *
 * @param endpoint  where the caller of CloudFormation reached the cloud
 */
export function apisOf(services: ProvidedServices, kernel: Kernel, endpoint: string): Apis {
  const names = Object.keys(PREFIXES) as (keyof Clients)[];
  const apis = names.map((name): [string, unknown] => {
    const operations: Readonly<Record<string, unknown>> = services[name]?.operations ?? {};
    return [name, apiOf(operations, PREFIXES[name], kernel, endpoint)];
  });
  return Object.fromEntries(apis) as unknown as Apis;
}

type AnyOperation = (input: unknown, call: Call) => unknown;

function apiOf(
  operations: Readonly<Record<string, unknown>>,
  service: string,
  kernel: Kernel,
  endpoint: string,
) {
  return new Proxy(operations, {
    get: (_target, operation: string) => async (input: unknown) => {
      const answer = operations[operation];
      if (answer === undefined) {
        throw new AwsError('NotImplemented', `${service}:${operation} is not part of this local cloud.`);
      }
      const requestId = kernel.ids.uuid();
      const principal = { kind: 'account' as const };
      return (answer as AnyOperation)(input, { service, operation, principal, requestId, endpoint });
    },
  });
}
