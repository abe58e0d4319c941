import { AutoScaling } from '@aws-sdk/client-auto-scaling';
import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { Command } from 'commander';
import type { Fleet } from '../../../shared/domain/index.ts';
import { InvalidFileError } from '../../build/checked-yaml.ts';
import { fleetsOf } from '../../build/fleets.ts';
import { factsOf, giveBack, take, type Clients } from '../adopt/account.ts';
import { adoptionPlan, type AdoptionPlan, type AdoptionStep, type GroupFacts } from '../adopt/plan.ts';
import { clientConfig, withAwsOptions, type AwsOptions } from '../aws.ts';
import { readInput } from '../read-input.ts';
import { UsageError } from '../usage-error.ts';

interface AdoptOptions extends AwsOptions {
  readonly fleet: string;
  readonly stage: string;
  readonly fleets: string;
  readonly dryRun: boolean;
  readonly undo: boolean;
  readonly keepPolicies: boolean;
  readonly json: boolean;
}

/** `evenkeel adopt GROUP --fleet NAME`: brings a group that exists under management, or gives it back. */
export function adoptCommand(): Command {
  const command = new Command('adopt')
    .description('Bring an Auto Scaling group under management: hooks, alarms and, last, the tag')
    .argument('<group>', 'the name of the Auto Scaling group')
    .requiredOption('--fleet <name>', 'its fleet in fleets.yml')
    .option('--stage <name>', 'the stage that manages it, as in sls deploy', 'dev')
    .option('--fleets <file>', 'the fleets', 'fleets.yml')
    .option('--dry-run', 'show what would be done', false)
    .option('--keep-policies', 'leave AWS scaling policies beside it', false)
    .option('--undo', 'give the group back: its tag, alarms and hooks are taken away', false)
    .option('--json', 'print {"group": …, "done": […], "warnings": […], "obstacles": […]}', false);
  return withAwsOptions(command).action(async (name: string, options: AdoptOptions) => {
    const fleet = await fleetNamed(options);
    const config = clientConfig(options);
    const clients = { autoScaling: new AutoScaling(config), cloudWatch: new CloudWatch(config) };
    const group = await factsOf(name, clients);
    if (group === undefined)
      throw new UsageError(`there is no Auto Scaling group ${name} here: look at its name and --region`);
    const result = options.undo
      ? { done: await giveBack(group, { stage: options.stage, fleet: fleet.name }, clients) }
      : await adopt(fleet, group, options, clients);
    report({ obstacles: [], warnings: [], ...result }, name, options);
  });
}

async function fleetNamed({ fleets: file, fleet: name }: AdoptOptions): Promise<Fleet> {
  const { fleets } = await fleetsIn(file);
  const fleet = fleets.find((candidate) => candidate.name === name);
  if (fleet !== undefined) return fleet;
  const known = fleets.map((candidate) => candidate.name).join(', ');
  throw new UsageError(`--fleet ${name} is not in ${file}: it has ${known}`);
}

async function fleetsIn(file: string) {
  try {
    return fleetsOf(await readInput(file), file);
  } catch (error) {
    throw error instanceof InvalidFileError ? new UsageError(error.message, { cause: error }) : error;
  }
}

interface Result extends Pick<AdoptionPlan, 'obstacles' | 'warnings'> {
  /** What was done, or would be. */
  readonly done: readonly string[];
}

async function adopt(
  fleet: Fleet,
  group: GroupFacts,
  { stage, keepPolicies, dryRun }: AdoptOptions,
  clients: Clients,
): Promise<Result> {
  const { steps, obstacles, warnings } = adoptionPlan(fleet, group, { stage, keepsPolicies: keepPolicies });
  if (obstacles.length > 0) return { done: [], obstacles, warnings };
  if (!dryRun) for (const step of steps) await take(step, group.name, clients);
  return { done: steps.map(inWords), obstacles, warnings };
}

function inWords(step: AdoptionStep): string {
  if (step.kind === 'hook') return `hook ${step.input.LifecycleHookName}`;
  if (step.kind === 'alarm') return `alarm ${step.input.AlarmName}`;
  return `tag ${step.key}=${step.value}`;
}

function report(
  { done, obstacles, warnings }: Result,
  group: string,
  { json, dryRun, undo }: AdoptOptions,
): void {
  if (obstacles.length > 0) process.exitCode = 1;
  if (json) {
    process.stdout.write(`${JSON.stringify({ group, done, warnings, obstacles })}\n`);
    return;
  }
  const verb = undo ? 'removed' : dryRun ? 'would put' : 'put';
  const lines = [
    ...done.map((what) => `${verb}  ${what}`),
    ...warnings.map((warning) => `warning  ${warning}`),
    ...obstacles.map((obstacle) => `not adopted  ${obstacle}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
