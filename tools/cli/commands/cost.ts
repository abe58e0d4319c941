import { Command, InvalidArgumentError } from 'commander';
import { assumptionsOf } from '../../cost/assumptions.ts';
import { estimate } from '../../cost/estimate.ts';
import { hintsOf } from '../../cost/hints.ts';
import { PackagingError, packageTemplate } from '../../cost/package-template.ts';
import { REGIONS, TABLE } from '../../cost/prices.ts';
import { reportText } from '../../cost/report.ts';
import type { UsageOptions } from '../../cost/usage.ts';
import { DEFAULTS, usageOf } from '../../cost/usage.ts';
import { isRecord } from '../../templates/model.ts';
import { readTemplate } from '../../templates/template.ts';
import { parseJson, readInput } from '../read-input.ts';
import { UsageError } from '../usage-error.ts';

interface Options extends UsageOptions {
  readonly profile: string;
  readonly stage: string;
  readonly region: string;
  readonly param?: readonly string[];
  readonly template?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `evenkeel cost --profile NAME`: dollars a month at the least, usually, and at the most. */
export function costCommand(): Command {
  const command = new Command('cost')
    .description('Estimate what a profile costs a month, from its own template and a table of list prices')
    .option('--profile <name>', 'the profile', 'web')
    .option('--stage <name>', 'the stage', 'dev')
    .option('--region <region>', `whose prices: ${REGIONS.join(' or ')}`, knownRegion, 'eu-central-1')
    .option('--param <name=value>', 'as for sls; may be given again', collected)
    .option('--template <file>', 'a packaged template, instead of packaging the profile')
    .option('--all', 'lines below a dollar too')
    .option('--json', 'print {"lines": […], "total": …, "notPriced": […], …}');
  for (const [flag, meaning] of QUANTITIES) command.option(flag, meaning, quantity);
  return command.action(async (options: Options) => {
    process.stdout.write(await costOf(options));
  });
}

const QUANTITIES = [
  ['--min <instances>', 'instances at the least, in place of the template’s'],
  ['--typical <instances>', 'instances usually'],
  ['--max <instances>', 'instances at the most'],
  [
    '--requests <number>',
    `requests a month usually (${DEFAULTS.requests}); a tenth at the least, tenfold at the most`,
  ],
  ['--kb-per-request <kB>', `what an answer weighs (${DEFAULTS.kbPerRequest})`],
  ['--storage-gb <GB>', `what the application keeps in each store (${DEFAULTS.storageGb})`],
  ['--nat-gb <GB>', `what each instance moves through NAT (${DEFAULTS.natGb})`],
  ['--log-gb <GB>', `what each log group takes in (${DEFAULTS.logGb})`],
  [
    '--invocations <number>',
    `events a month for each function usually (${DEFAULTS.invocations}), varying likewise`,
  ],
] as const;

async function costOf(options: Options): Promise<string> {
  requireOrder(options);
  const { profile, stage, region } = options;
  const template = readTemplate(await templateOf(options), { 'AWS::Region': region });
  const usage = usageOf(options);
  const found = estimate(template, usage, region);
  const hints = hintsOf(template, region);
  const title = options.template ?? `profile ${profile}, stage ${stage}`;
  if (options.json === true) {
    return `${JSON.stringify({ title, region, currency: 'USD', compiled: TABLE.compiled, usage, ...found, hints })}\n`;
  }
  return reportText({
    title: `${title}, ${region}`,
    estimate: found,
    usage,
    assumptions: assumptionsOf(template, usage, region),
    hints,
    isWhole: options.all === true,
  });
}

async function templateOf({ template, profile, stage, region, param = [] }: Options): Promise<unknown> {
  if (template === undefined) {
    try {
      return await packageTemplate({ profile, stage, region, params: param });
    } catch (error) {
      // What sls says is wrong is mostly a param.
      throw error instanceof PackagingError ? new UsageError(error.message, { cause: error }) : error;
    }
  }
  const value = parseJson(await readInput(template), template);
  if (isRecord(value) && isRecord(value.Resources)) return value;
  throw new UsageError(`${template} is no CloudFormation template: it has no Resources`);
}

function quantity(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError('Write a number from 0 on.');
  return value;
}

function knownRegion(text: string): string {
  if (!REGIONS.includes(text)) throw new InvalidArgumentError(`The table has ${REGIONS.join(' and ')}.`);
  return text;
}

function collected(text: string, before: readonly string[] = []): string[] {
  if (!/^[a-z-]+=/.test(text)) throw new InvalidArgumentError('Write name=value, such as nat=per-zone.');
  return [...before, text];
}

function requireOrder({ min = 0, typical, max = Infinity }: Options): void {
  if (min > max || (typical !== undefined && (typical < min || typical > max))) {
    throw new UsageError(`--min ${min}, --typical ${typical ?? '?'} and --max ${max} must not fall`);
  }
}
