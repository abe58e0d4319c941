import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, GetItemCommand, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { dynamoLedger } from '../../../shared/aws/dynamodb-ledger.ts';
import { dynamoMemory } from '../../../shared/aws/dynamodb-memory.ts';
import { ledgerTable } from '../../../shared/aws/dynamodb-table.ts';
import type { Ledger, Memory } from '../../../shared/ports/index.ts';
import type { AwsOptions } from '../aws.ts';
import { clientConfig } from '../aws.ts';
import { timeAt } from '../doctor/observe/clients.ts';
import { UsageError } from '../usage-error.ts';

export interface LedgerOptions extends AwsOptions {
  readonly stage: string;
  readonly table?: string;
}

/** What the control plane of a stage remembers. */
export interface OpenLedger {
  readonly ledger: Pick<Ledger, 'decisions'>;
  readonly memory: Pick<Memory, 'recall'>;
  /** What time it is where the ledger is. */
  readonly now: number;
}

/** @throws UsageError when the stage is not deployed there */
export async function openLedger(options: LedgerOptions): Promise<OpenLedger> {
  const config = clientConfig(options);
  const name = options.table ?? (await tableOf(options));
  const now = await timeAt(options.endpointUrl ?? process.env.AWS_ENDPOINT_URL);
  const client = new DynamoDBClient(config);
  if (options.table !== undefined) await requireTable(client, options.table);
  const table = ledgerTable(name, { now: () => now }, client);
  return { ledger: dynamoLedger(table), memory: dynamoMemory(table), now };
}

async function requireTable(client: DynamoDBClient, name: string): Promise<void> {
  try {
    await client.send(new GetItemCommand({ TableName: name, Key: { pk: { S: '-' }, sk: { S: '-' } } }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    throw new UsageError(`--table ${name}: there is no such table here, look at its name and --region`, {
      cause: error,
    });
  }
}

async function tableOf(options: LedgerOptions): Promise<string> {
  const stack = `evenkeel-${options.stage}`;
  const { Stacks = [] } = await new CloudFormation(clientConfig(options))
    .describeStacks({ StackName: stack })
    .catch((error: unknown) => {
      if (error instanceof Error && /does not exist/.test(error.message)) return { Stacks: [] };
      throw error;
    });
  const table = Stacks[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'Ledger')?.OutputValue;
  if (table !== undefined) return table;
  throw new UsageError(
    `there is no stack ${stack} with a ledger here: look at --stage and --region, or give --table`,
  );
}
