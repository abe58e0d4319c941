import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { keys } from '../../../shared/aws/dynamodb-table.ts';
import type { Decision, FleetName } from '../../../shared/domain/index.ts';
import { ACCOUNT_KEYS } from '../../cloud/kernel/index.ts';

/**
 * Reads a fleet's decisions out of the ledger, a part at a time: the ledger forgets after a month, a run may be
 * longer.
 */
export class DecisionLog {
  readonly all: Decision[] = [];
  readonly #client: DynamoDBDocumentClient;
  readonly #fleet: FleetName;
  #last = 'decision#';

  constructor(endpoint: string, region: string, fleet: FleetName) {
    const credentials = ACCOUNT_KEYS;
    this.#client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, region, credentials }));
    this.#fleet = fleet;
  }

  /** Takes in what has been recorded since the last time. */
  async read(table: string): Promise<void> {
    const query = {
      TableName: table,
      KeyConditionExpression: 'pk = :fleet AND sk BETWEEN :after AND :end',
      ExpressionAttributeValues: {
        ':fleet': keys.decisions(this.#fleet),
        // Just behind the last key: '!' sorts before whatever a longer key could go on with.
        ':after': `${this.#last}!`,
        ':end': 'decision#~',
      },
    };
    for await (const { Items = [] } of paginateQuery({ client: this.#client }, query)) {
      for (const { sk, decision } of Items) {
        this.#last = sk as string;
        this.all.push(decision as Decision);
      }
    }
  }

  close(): void {
    this.#client.destroy();
  }
}
