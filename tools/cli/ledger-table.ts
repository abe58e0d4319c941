import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, GetItemCommand, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import type { AwsOptions } from './aws.ts';
import { clientConfig } from './aws.ts';
import { UsageError } from './usage-error.ts';

/** How a command is told which ledger is meant. */
export interface LedgerOptions extends AwsOptions {
  readonly stage: string;
  readonly table?: string;
}

/**
 * The name of the table that a stage remembers in: its stack's output `Ledger` (infra/tables.yml), or the one that is given.
 *
 * @throws UsageError when there is none
 */
export async function ledgerName(options: LedgerOptions): Promise<string> {
  if (options.table === undefined) return ofStage(options);
  await requireTable(new DynamoDBClient(clientConfig(options)), options.table);
  return options.table;
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

async function ofStage(options: LedgerOptions): Promise<string> {
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
