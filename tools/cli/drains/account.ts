import { existsSync } from 'node:fs';
import { AutoScalingClient, paginateDescribeAutoScalingGroups } from '@aws-sdk/client-auto-scaling';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import type { Command } from 'commander';
import { autoScalingGroups } from '../../../shared/aws/auto-scaling-groups.ts';
import { groupOf } from '../../../shared/aws/auto-scaling-shapes.ts';
import { dynamoDrains } from '../../../shared/aws/dynamodb-drains.ts';
import { dynamoLease } from '../../../shared/aws/dynamodb-lease.ts';
import { ledgerTable } from '../../../shared/aws/dynamodb-table.ts';
import { ec2Instances } from '../../../shared/aws/ec2-instances.ts';
import { lifecycleHooks } from '../../../shared/aws/lifecycle-hooks.ts';
import type { Fleet, Group } from '../../../shared/domain/index.ts';
import { fleetOfGroup } from '../../../shared/policy/adoption.ts';
import type { Drains, Groups, Hooks, Instances, Lease } from '../../../shared/ports/index.ts';
import { clientConfig, withAwsOptions } from '../aws.ts';
import { timeAt } from '../doctor/observe/clients.ts';
import { fleetsNamed } from '../fleets-file.ts';
import { ledgerName, type LedgerOptions } from '../ledger-table.ts';
import { explained } from '../refusals.ts';
import { UsageError } from '../usage-error.ts';

export interface DrainOptions extends LedgerOptions {
  readonly json: boolean;
}

export interface FleetsOptions {
  readonly config?: string;
}

/** What the commands on drains work on. */
export interface DrainAccount {
  readonly drains: Drains;
  readonly groups: Pick<Groups, 'named' | 'ofInstance' | 'terminateAndReplace' | 'terminateAndDecrement'>;
  readonly hooks: Hooks;
  readonly lease: Lease;
  readonly instances: Pick<Instances, 'tagged'>;
  /** The groups that the stage may have under management. */
  readonly fleetGroups: () => Promise<readonly Group[]>;
  /** What time it is where the ledger is. */
  readonly now: number;
}

/** The tag by which a group is under management: no other is touched. */
export const CONSENT = 'evenkeel:fleet';

/** Gives a command the options by which the control plane's ledger is found. */
export function withDrainOptions(command: Command): Command {
  return withAwsOptions(
    command
      .option('--stage <name>', 'the stage that manages the fleet, as in sls deploy', 'dev')
      .option('--table <name>', 'the ledger; without it that of the stage’s stack')
      .option('--json', 'print JSON', false),
  );
}

/** Gives a command the file that says what fleets there are; it does without where there is none. */
export function withFleetsFile(command: Command): Command {
  return command.option('--config <file>', 'says what fleets there are (fleets.yml, where there is one)');
}

const USUAL_FILE = 'fleets.yml';

/**
 * The fleets of the file that was named, or of the usual one. Whoever is woken at night is not kept from a drain by a usual
 * file that is missing, or half edited: of that he is told.
 */
export async function fleetsKnown({ config }: FleetsOptions): Promise<readonly Fleet[]> {
  if (config !== undefined) return fleetsNamed(undefined, config);
  if (!existsSync(USUAL_FILE)) return [];
  try {
    return await fleetsNamed(undefined, USUAL_FILE);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`evenkeel: ${USUAL_FILE} is left out, it is not valid: see evenkeel validate\n`);
    return [];
  }
}

/** What a group's fleet is called: as the file has it, or as its tag says. */
export function fleetNameOf(group: Group, fleets: readonly Fleet[]): string | undefined {
  return fleetOfGroup(group, fleets)?.name ?? group.tags[CONSENT];
}

export async function drainAccount(options: DrainOptions): Promise<DrainAccount> {
  const config = clientConfig(options);
  const name = await explained(() => ledgerName(options));
  const now = await timeAt(options.endpointUrl ?? process.env.AWS_ENDPOINT_URL);
  const autoScaling = new AutoScalingClient(config);
  const table = ledgerTable(name, { now: () => now }, new DynamoDBClient(config));
  return {
    drains: dynamoDrains(table),
    lease: dynamoLease(table),
    groups: autoScalingGroups(autoScaling),
    hooks: lifecycleHooks(autoScaling),
    instances: ec2Instances(new EC2Client(config)),
    fleetGroups: async () => (await fleetGroups(autoScaling)).filter((group) => isOfStage(group, options)),
    now,
  };
}

const STACK = 'aws:cloudformation:stack-name';

/** Another stage's own groups are not this one's; whose a group of your own is, its tags do not say. */
export function isOfStage({ tags }: Pick<Group, 'tags'>, { stage, table }: LedgerOptions): boolean {
  const stack = tags[STACK];
  return table !== undefined || stack?.startsWith('evenkeel-') !== true || stack === `evenkeel-${stage}`;
}

async function fleetGroups(client: AutoScalingClient): Promise<readonly Group[]> {
  const groups: Group[] = [];
  const tagged = { Filters: [{ Name: 'tag-key', Values: [CONSENT] }] };
  for await (const page of paginateDescribeAutoScalingGroups({ client }, tagged))
    groups.push(...(page.AutoScalingGroups ?? []).map(groupOf));
  return groups;
}

/** @throws UsageError for what is no instance's id */
export function instanceId(text: string): string {
  if (/^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/.test(text)) return text;
  throw new UsageError(`${JSON.stringify(text)} is no instance id: write i- and 17 hexadecimal digits`);
}
