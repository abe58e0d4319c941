import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { EventBridge } from '@aws-sdk/client-eventbridge';
import { IAM } from '@aws-sdk/client-iam';
import { KMS } from '@aws-sdk/client-kms';
import { Scheduler } from '@aws-sdk/client-scheduler';
import { SNS } from '@aws-sdk/client-sns';
import { SQS } from '@aws-sdk/client-sqs';
import type { Cloud } from '../../../tools/cloud/cloud.ts';
import { startCloud } from '../../../tools/cloud/cloud.ts';
import type { Entry, JournalEntry } from '../../../tools/cloud/kernel/index.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';

export const START = Date.parse('2026-01-05T00:00:00Z');
export const SECOND = 1000;
export const MINUTE = 60_000;

/** A cloud with clients to it, and what its journal said. */
export interface World {
  readonly cloud: Cloud;
  readonly cloudwatch: CloudWatch;
  readonly events: EventBridge;
  readonly iam: IAM;
  readonly kms: KMS;
  readonly scheduler: Scheduler;
  readonly sns: SNS;
  readonly sqs: SQS;
  /** Makes a queue; `from` may send to it. Its messages are read with {@link received}. */
  queue(name: string, from?: { service: string; sourceArn?: string }): Promise<{ url: string; arn: string }>;
  /** Makes a role that a service may assume, with an inline policy of one statement. @returns its ARN */
  role(name: string, service: string, allow?: { Action: string; Resource: string }): Promise<string>;
  /** Takes all messages out of a queue. @returns their bodies */
  received(url: string): Promise<string[]>;
  /** Lets virtual milliseconds pass. */
  pass(milliseconds: number): Promise<void>;
  /** Journal entries of one kind. */
  told<Kind extends Entry['kind']>(kind: Kind): Extract<JournalEntry, { kind: Kind }>[];
}

export async function newWorld({ start = START, enforceIam = false } = {}): Promise<World> {
  const cloud = await startCloud({ start, enforceIam });
  const config = {
    region: 'eu-central-1',
    endpoint: cloud.endpoint,
    credentials: ACCOUNT_KEYS,
    maxAttempts: 1,
  };
  const journal: JournalEntry[] = [];
  cloud.kernel.journal.observe((entry) => journal.push(entry));
  const sqs = new SQS(config);
  const iam = new IAM(config);
  return {
    cloud,
    sqs,
    cloudwatch: new CloudWatch(config),
    events: new EventBridge(config),
    iam,
    kms: new KMS(config),
    scheduler: new Scheduler(config),
    sns: new SNS(config),
    queue: async (name, from) => {
      const arn = `arn:aws:sqs:eu-central-1:123456789012:${name}`;
      const Attributes = from === undefined ? {} : { Policy: queuePolicy(arn, from) };
      const { QueueUrl: url = '' } = await sqs.createQueue({ QueueName: name, Attributes });
      return { url, arn };
    },
    role: (RoleName, service, allow) => makeRole(iam, RoleName, service, allow),
    received: async (url) => {
      const bodies: string[] = [];
      for (;;) {
        const { Messages = [] } = await sqs.receiveMessage({ QueueUrl: url, MaxNumberOfMessages: 10 });
        if (Messages.length === 0) return bodies;
        bodies.push(...Messages.map(({ Body = '' }) => Body));
        const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
        await sqs.deleteMessageBatch({ QueueUrl: url, Entries });
      }
    },
    pass: (milliseconds) => cloud.clock.runUntil(cloud.clock.now() + milliseconds),
    told: (kind) => journal.filter((entry) => entry.kind === kind) as never,
  };
}

async function makeRole(
  iam: IAM,
  RoleName: string,
  service: string,
  allow?: { Action: string; Resource: string },
): Promise<string> {
  const trust = { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' };
  const { Role } = await iam.createRole({ RoleName, AssumeRolePolicyDocument: policy(trust) });
  if (allow !== undefined) {
    const PolicyDocument = policy({ Effect: 'Allow', ...allow });
    await iam.putRolePolicy({ RoleName, PolicyName: 'own', PolicyDocument });
  }
  return Role?.Arn ?? '';
}

function policy(statement: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

function queuePolicy(arn: string, { service, sourceArn }: { service: string; sourceArn?: string }): string {
  return policy({
    Effect: 'Allow',
    Principal: { Service: service },
    Action: 'sqs:SendMessage',
    Resource: arn,
    ...(sourceArn !== undefined && { Condition: { ArnLike: { 'aws:SourceArn': sourceArn } } }),
  });
}
