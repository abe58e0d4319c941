import type { Service } from '../kernel/index.ts';
import type { AutoScalingService } from '../services/auto-scaling/index.ts';
import type { Ec2Service } from '../services/ec2/api.ts';
import type { IamService } from '../services/iam/index.ts';
import type { SecretsManagerService } from '../services/secrets-manager/index.ts';
import type { ServiceDiscoveryService } from '../services/service-discovery/index.ts';

type Asked =
  | 'cloudFormation'
  | 'cloudWatch'
  | 'dynamoDb'
  | 'efs'
  | 'elb'
  | 'eventBridge'
  | 'kms'
  | 'lambda'
  | 'logs'
  | 'rds'
  | 's3'
  | 'scheduler'
  | 'sns'
  | 'sqs'
  | 'ssm'
  | 'waf';

/** The services that own resources. */
export type Services = Readonly<Record<Asked, Service>> & {
  readonly autoScaling: AutoScalingService & Service;
  readonly ec2: Ec2Service & Service;
  readonly iam: IamService;
  readonly secretsManager: SecretsManagerService;
  readonly serviceDiscovery: ServiceDiscoveryService;
};
