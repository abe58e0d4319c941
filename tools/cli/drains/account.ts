import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Command } from 'commander';
import { autoScalingGroups } from '../../../shared/aws/auto-scaling-groups.ts';
import { systemClock } from '../../../shared/aws/clock.ts';
import { dynamoDrains } from '../../../shared/aws/dynamodb-drains.ts';
import { ledgerTable } from '../../../shared/aws/dynamodb-table.ts';
import type { Drains, Groups } from '../../../shared/ports/index.ts';
import { clientConfig, withAwsOptions, type AwsOptions } from '../aws.ts';
import { explained } from '../refusals.ts';
import { UsageError } from '../usage-error.ts';

export interface DrainOptions extends AwsOptions {
  readonly stage: string;
  readonly table?: string;
  readonly json: boolean;
}

/** What the commands on drains work on. */
export interface DrainAccount {
  readonly drains: Drains;
  readonly groups: Pick<Groups, 'named' | 'ofInstance' | 'terminateAndReplace' | 'terminateAndDecrement'>;
}

/** Gives a command the options by which the control plane's ledger is found. */
export function withDrainOptions(command: Command): Command {
  return withAwsOptions(
    command
      .option('--stage <name>', 'the stage that manages the fleet, as in sls deploy', 'dev')
      .option('--table <name>', 'the ledger; without it that of the stage’s stack')
      .option('--json', 'print JSON', false),
  );
}

export async function drainAccount(options: DrainOptions): Promise<DrainAccount> {
  const config = clientConfig(options);
  const name = options.table ?? (await explained(() => ledgerOf(options, new CloudFormation(config))));
  return {
    drains: dynamoDrains(ledgerTable(name, systemClock, new DynamoDBClient(config))),
    groups: autoScalingGroups(new AutoScalingClient(config)),
  };
}

/** The stack's output `Ledger`: infra/tables.yml. */
async function ledgerOf({ stage }: DrainOptions, cloudFormation: CloudFormation): Promise<string> {
  const StackName = `evenkeel-${stage}`;
  const mend = 'name the stage by --stage, or the ledger’s table by --table';
  try {
    const { Stacks: [stack] = [] } = await cloudFormation.describeStacks({ StackName });
    const output = stack?.Outputs?.find(({ OutputKey }) => OutputKey === 'Ledger')?.OutputValue;
    if (output !== undefined) return output;
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ValidationError')) throw error;
    throw new UsageError(`there is no stack ${StackName} here: ${mend}`, { cause: error });
  }
  throw new UsageError(`stack ${StackName} has no output Ledger: deploy it anew, or ${mend}`);
}

/** @throws UsageError for what is no instance's id */
export function instanceId(text: string): string {
  if (/^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/.test(text)) return text;
  throw new UsageError(`${JSON.stringify(text)} is no instance id: write i- and 17 hexadecimal digits`);
}
