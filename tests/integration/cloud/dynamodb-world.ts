import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import type { Cloud } from '../../../tools/cloud/cloud.ts';
import { startCloud } from '../../../tools/cloud/cloud.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';

const SECOND = 1_000;

/** A cloud with a DynamoDB client, and short words for the table that each test has to itself. */
export class DynamoWorld {
  readonly cloud: Cloud;
  readonly dynamo: DynamoDB;
  TableName = '';
  #tables = 0;

  private constructor(cloud: Cloud) {
    this.cloud = cloud;
    this.dynamo = new DynamoDB({
      region: 'eu-central-1',
      endpoint: cloud.endpoint,
      credentials: ACCOUNT_KEYS,
      maxAttempts: 1,
    });
  }

  static async start(): Promise<DynamoWorld> {
    return new DynamoWorld(await startCloud());
  }

  async close(): Promise<void> {
    this.dynamo.destroy();
    await this.cloud.close();
  }

  pass(milliseconds: number): Promise<void> {
    return this.cloud.clock.runUntil(this.cloud.clock.now() + milliseconds);
  }

  /** A fresh table of keys `pk` and `sk`, with an index by owner that projects the colour. */
  async newTable(): Promise<void> {
    this.TableName = `table-${++this.#tables}`;
    await this.dynamo.createTable({
      TableName: this.TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'N' },
        { AttributeName: 'owner', AttributeType: 'S' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-owner',
          KeySchema: [
            { AttributeName: 'owner', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['colour'] },
        },
      ],
    });
    await this.pass(10 * SECOND);
  }

  async put(pk: string, sk: number, rest: Record<string, AttributeValue> = {}): Promise<void> {
    await this.dynamo.putItem({ TableName: this.TableName, Item: { ...key(pk, sk), ...rest } });
  }

  async get(pk: string, sk: number): Promise<Record<string, AttributeValue> | undefined> {
    const input = { TableName: this.TableName, Key: key(pk, sk), ConsistentRead: true };
    return (await this.dynamo.getItem(input)).Item;
  }
}

export function key(pk: string, sk: number) {
  return { pk: { S: pk }, sk: { N: String(sk) } };
}
