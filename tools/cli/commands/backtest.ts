import { Command } from 'commander';
import { backtest } from '../../backtest/backtest.ts';
import { recommendedFor } from '../../backtest/fragment.ts';
import { LOAD_NAMES } from '../../backtest/loads/index.ts';
import { familyOf, POLICY_NAMES } from '../../backtest/policies/index.ts';
import type { PolicyFamily } from '../../backtest/policy.ts';
import type { Shown } from '../../backtest/report/page.ts';
import { shownOf } from '../../backtest/report/page.ts';
import type { Run } from '../../backtest/simulate.ts';
import { textOf, USUAL_FLEET } from '../../backtest/trace/index.ts';
import { withAwsOptions } from '../aws.ts';
import type { Given } from '../backtest/group/index.ts';
import { requireWritable, writePage } from '../backtest/page.ts';
import { backtestText, circumstances } from '../backtest/present.ts';
import { progressOn } from '../backtest/progress.ts';
import { notNegative, positive, share, span, whole } from '../backtest/quantities.ts';
import type { SubjectOptions } from '../backtest/subject.ts';
import { AMPLE, subjectOf, USUAL_DAYS } from '../backtest/subject.ts';
import { UsageError } from '../usage-error.ts';

interface Options extends SubjectOptions {
  readonly policies: string;
  readonly sweep?: boolean;
  readonly html?: string;
  /** True unless `--no-recommend` is given. */
  readonly recommend: boolean;
  readonly json?: boolean;
}

/** Dollars an hour of a t4g.small in eu-central-1, which the profiles of the base infrastructure begin with. */
const PRICE = 0.0192;

/** `evenkeel backtest --trace FILE`: what policies would have made of a load. */
export function backtestCommand(): Command {
  const command = new Command('backtest')
    .description('Try scaling policies on a load: violations, instance-hours, and how they compare')
    .option('--trace <file>', 'the load: a CSV file with the columns epoch_seconds,value, of any step')
    .option(
      '--group <name>',
      'the load of an Auto Scaling group, from CloudWatch, and its own bounds, times and price',
    )
    .option('--load <name>', `a generated load instead: ${LOAD_NAMES.join(', ')}`)
    .option('--days <number>', `of history (${USUAL_DAYS}), or how long the generated load is`, whole(1, 730))
    .option('--policies <names>', `some of ${POLICY_NAMES.join(',')}`, POLICY_NAMES.join(','))
    .option('--sweep', 'turn each policy’s knob, and compare at equal instance-hours and equal violations')
    .option('--boot <span>', 'from a launch until the instance takes load', span, 180)
    .option('--drain <span>', 'for how long a terminated instance is still paid for', span, 300)
    .option('--lag <span>', 'from the end of a minute until its metric can be read', span, 60)
    .option('--period <span>', 'between two decisions: whole minutes', span, 60)
    .option('--capacity <load>', 'what uses an instance up, in the load’s own unit', positive)
    .option('--instances <number>', whatInstancesMean(), whole(1, 100_000))
    .option('--useful <share>', 'how much of its capacity is useful', share(0.01, 1), 0.8)
    .option('--price <dollars>', 'of an instance-hour', notNegative, PRICE)
    .option('--min <instances>', 'at the least', whole(0), 1)
    .option('--max <instances>', `at the most; ${AMPLE} times the highest need without it`, whole(1))
    .option('--budget <share>', 'of minutes that may be violations', share(0.0001, 0.2), 0.01)
    .option('--headroom <share>', 'the most that caution may add to what is needed', share(0, 10), 3)
    .option(
      '--seed <number>',
      'of the generated load and of whatever chance a policy takes',
      whole(0, 2 ** 32),
      1,
    )
    .option('--html <file>', 'write the report as one page with charts, to look at and to send on')
    .option('--no-recommend', 'leave out the search for what to write in fleets.yml')
    .option('--json', 'print {"trace": …, "minutes": …, "results": […], …}');
  return withAwsOptions(command).action(async (options: Options) => {
    process.stdout.write(await run(options, (option) => command.getOptionValueSource(option) === 'cli'));
  });
}

function whatInstancesMean(): string {
  return `without --capacity: what the load’s 99.5th percentile needs (${USUAL_FLEET})`;
}

async function run(options: Options, isGiven: (option: keyof Given) => boolean): Promise<string> {
  const families = chosenFamilies(options.policies);
  requireWholeMinutes(options.period);
  const subject = await subjectOf(options, isGiven);
  if (options.html !== undefined) await requireWritable(options.html);
  const { trace, setting, fleet } = subject;
  const onProgress = progressOn(process.stderr);
  const shown: Shown[] = [];
  const onRun = options.html === undefined ? undefined : (run: Run) => shown.push(shownOf(run));
  const isSwept = options.sweep === true;
  const results = backtest({
    trace,
    setting,
    families,
    isSwept,
    onProgress,
    ...(onRun === undefined ? {} : { onRun }),
  });
  const recommended =
    options.recommend && families.some(({ name }) => name === 'evenkeel')
      ? recommendedFor(trace, setting, fleet, onProgress)
      : undefined;
  const presented = { ...subject, results, ...(recommended === undefined ? {} : { recommended }) };
  if (options.html !== undefined) await writePage(options.html, presented, shown);
  if (options.json !== true) return backtestText(presented);
  for (const line of circumstances(presented)) process.stderr.write(`evenkeel: ${line}\n`);
  const gaps = trace.gaps.map(textOf);
  const minutes = trace.load.length;
  return `${JSON.stringify({ trace: trace.name, minutes, results, setting, gaps, recommended })}\n`;
}

function chosenFamilies(names: string): readonly PolicyFamily[] {
  const chosen = names.split(',').map((name) => name.trim());
  return [...new Set(chosen)].map(familyOf);
}

function requireWholeMinutes(period: number): void {
  if (period < 60 || period % 60 !== 0)
    throw new UsageError(
      `--period is ${period} s: a backtest goes by the minute, write 60, 120 or other whole minutes`,
    );
}
