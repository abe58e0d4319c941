import { arnParts } from '../kernel/index.ts';
import type { Ask } from './ask.ts';
import type { Services } from './services.ts';

/** Policies of resources, by their ARNs. */
export function resourcePolicies(services: Services, ask: Ask) {
  return (arn: string, action: string): string | undefined => {
    if (!arn.startsWith('arn:')) return undefined;
    const { service, resource } = arnParts(arn);
    switch (service) {
      case 'sqs':
        return queuePolicy(services, ask, resource);
      case 'sns':
        return text(attributes(ask(services.sns, 'GetTopicAttributes', { TopicArn: arn }))?.['Policy']);
      case 'lambda':
        return text(ask(services.lambda, 'GetPolicy', { FunctionName: arn })?.['Policy']);
      case 'kms':
        return resource.startsWith('key/')
          ? text(ask(services.kms, 'GetKeyPolicy', { KeyId: arn })?.['Policy'])
          : undefined;
      case 's3':
        return text(ask(services.s3, 'GetBucketPolicy', { Bucket: resource.split('/')[0] })?.['Policy']);
      case 'secretsmanager':
        return text(ask(services.secretsManager, 'GetResourcePolicy', { SecretId: arn })?.['ResourcePolicy']);
      case 'elasticfilesystem':
        return text(ask(services.efs, 'DescribeFileSystemPolicy', { FileSystemId: arn })?.['Policy']);
      case 'events':
        return resource.startsWith('event-bus/')
          ? text(ask(services.eventBridge, 'DescribeEventBus', { Name: arn })?.['Policy'])
          : undefined;
      case 'iam':
        return action === 'sts:AssumeRole' ? services.iam.role(nameOf(resource))?.trust : undefined;
      default:
        return undefined;
    }
  };
}

function queuePolicy({ sqs }: Services, ask: Ask, queue: string): string | undefined {
  const input = { QueueUrl: `/${queue}`, AttributeNames: ['Policy'] };
  return text(attributes(ask(sqs, 'GetQueueAttributes', input))?.['Policy']);
}

function attributes(output: Readonly<Record<string, unknown>> | undefined) {
  return output?.['Attributes'] as Readonly<Record<string, unknown>> | undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** `role/path/name` → `name` */
export function nameOf(resource: string): string {
  return resource.slice(resource.lastIndexOf('/') + 1);
}
