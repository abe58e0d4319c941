import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import type { Fleet } from '../../../shared/domain/index.ts';
import { InvalidFileError } from '../../build/checked-yaml.ts';
import { fleetsOf } from '../../build/fleets.ts';
import { withAwsOptions, type AwsOptions } from '../aws.ts';
import { diagnose } from '../doctor/diagnose.ts';
import { clientsFor } from '../doctor/observe/clients.ts';
import { ALLOW_READING, explained } from '../refusals.ts';
import { observe, type Subject } from '../doctor/observe/index.ts';
import { DOCTOR_POLICY } from '../doctor/policy.ts';
import { asJson, asText } from '../doctor/present.ts';
import { UsageError } from '../usage-error.ts';

type Options = Subject &
  AwsOptions & { readonly json?: boolean; readonly iamPolicy?: boolean; readonly config: string };

/** `evenkeel doctor`: why a load balancer answers 504, and why a group does not scale. */
export function doctorCommand(): Command {
  const command = new Command('doctor')
    .description('Find out why a load balancer answers 502, 503 or 504, or why a group does not scale')
    .option('--fleet <name>', 'look at one fleet; without any of these three, at all of them')
    .option('--load-balancer <name>', 'look at a load balancer, by name or ARN')
    .option('--group <name>', 'look at an Auto Scaling group')
    .option('--json', 'print {"ok": …, "looked": …, "findings": […]}')
    .option('--iam-policy', 'print the IAM policy that this command needs, and do nothing else')
    .option('--config <file>', 'says which fleets there are and in what mode', 'fleets.yml');
  return withAwsOptions(command).action(async (options: Options) => {
    if (options.iamPolicy === true) process.stdout.write(`${JSON.stringify(DOCTOR_POLICY, null, 2)}\n`);
    else await examine(options);
  });
}

/** Exit code 0: nothing wrong; 1: something was found. */
async function examine(options: Options): Promise<void> {
  const { fleet, loadBalancer, group } = options;
  if ([fleet, loadBalancer, group].filter((one) => one !== undefined).length > 1)
    throw new UsageError('give one of --fleet, --load-balancer and --group');
  const clients = clientsFor(options);
  const fleets = await fleetsIn(options.config);
  const picture = await explained(() => observe(clients, options, fleets), ALLOW_READING);
  const findings = diagnose(picture);
  process.stdout.write(options.json === true ? asJson(findings, picture) : asText(findings, picture));
  if (findings.length > 0) process.exitCode = 1;
}

/** What fleets.yml says; nothing, where there is none: groups then speak for themselves by their tags. */
async function fleetsIn(file: string): Promise<readonly Fleet[]> {
  try {
    return fleetsOf(await readFile(file, 'utf8'), file).fleets;
  } catch (error) {
    if (error instanceof InvalidFileError) throw new UsageError(error.message);
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
