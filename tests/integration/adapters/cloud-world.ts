import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { SQS } from '@aws-sdk/client-sqs';
import { MINUTE } from '../../../shared/domain/index.ts';
import type { Table } from '../../../shared/aws/dynamodb-table.ts';
import { ledgerTable } from '../../../shared/aws/dynamodb-table.ts';
import type { Clock } from '../../../shared/ports/index.ts';
import type { Cloud } from '../../../tools/cloud/cloud.ts';
import { startCloud } from '../../../tools/cloud/cloud.ts';
import { NOW } from '../../support/world.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';

/** A local cloud with the ledger's table and the outbox's queue, as infra/ declares them. */
export interface CloudWorld {
  readonly cloud: Cloud;
  /** What SDK clients are made with to reach the cloud. */
  readonly access: {
    readonly region: string;
    readonly endpoint: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly maxAttempts: number;
  };
  readonly clock: Clock;
  readonly table: Table;
  readonly queueUrl: string;
  readonly sqs: SQS;
  /** Lets virtual milliseconds pass. */
  pass(milliseconds: number): Promise<void>;
}

export async function newCloudWorld(): Promise<CloudWorld> {
  const cloud = await startCloud({ start: NOW - MINUTE, enforceIam: false });
  const access = {
    region: 'eu-central-1',
    endpoint: cloud.endpoint,
    credentials: ACCOUNT_KEYS,
    maxAttempts: 1,
  };
  const clock = { now: () => cloud.clock.now() };
  const sqs = new SQS(access);
  await createTable(new DynamoDB(access), () => cloud.clock.runUntil(NOW));
  const { QueueUrl = '' } = await sqs.createQueue({
    QueueName: 'outbox',
    Attributes: { VisibilityTimeout: '180' },
  });
  return {
    cloud,
    access,
    clock,
    sqs,
    queueUrl: QueueUrl,
    table: ledgerTable('ledger', clock, new DynamoDBClient(access)),
    pass: (milliseconds) => cloud.clock.runUntil(cloud.clock.now() + milliseconds),
  };
}

async function createTable(dynamodb: DynamoDB, untilActive: () => Promise<void>): Promise<void> {
  await dynamodb.createTable({
    TableName: 'ledger',
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
    ],
  });
  await untilActive();
  await dynamodb.updateTimeToLive({
    TableName: 'ledger',
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
  });
}
