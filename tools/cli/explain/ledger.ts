import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoLedger } from '../../../shared/aws/dynamodb-ledger.ts';
import { dynamoMemory } from '../../../shared/aws/dynamodb-memory.ts';
import { ledgerTable } from '../../../shared/aws/dynamodb-table.ts';
import type { Ledger, Memory } from '../../../shared/ports/index.ts';
import { clientConfig } from '../aws.ts';
import { timeAt } from '../doctor/observe/clients.ts';
import type { LedgerOptions } from '../ledger-table.ts';
import { ledgerName } from '../ledger-table.ts';

export type { LedgerOptions } from '../ledger-table.ts';

/** What the control plane of a stage remembers. */
export interface OpenLedger {
  readonly ledger: Pick<Ledger, 'decisions'>;
  readonly memory: Pick<Memory, 'recall'>;
  /** What time it is where the ledger is. */
  readonly now: number;
}

/** @throws UsageError when the stage is not deployed there */
export async function openLedger(options: LedgerOptions): Promise<OpenLedger> {
  const name = await ledgerName(options);
  const now = await timeAt(options.endpointUrl ?? process.env.AWS_ENDPOINT_URL);
  const table = ledgerTable(name, { now: () => now }, new DynamoDBClient(clientConfig(options)));
  return { ledger: dynamoLedger(table), memory: dynamoMemory(table), now };
}
