import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { Command } from 'commander';
import { autoScalingGroups } from '../../../shared/aws/auto-scaling-groups.ts';
import type { Decision, Fleet, Group } from '../../../shared/domain/index.ts';
import { isComing, isGoing, isoTime, isServing, unitsOf } from '../../../shared/domain/index.ts';
import { explain } from '../../../shared/policy/messages/decision.ts';
import { count, figure, percent } from '../../../shared/policy/messages/words.ts';
import { memoryOf, spent } from '../../../shared/policy/scaling/memory/index.ts';
import { timingsOf } from '../../../shared/policy/scaling/timings.ts';
import { clientConfig, withAwsOptions } from '../aws.ts';
import type { LedgerOptions, OpenLedger } from '../explain/ledger.ts';
import { openLedger } from '../explain/ledger.ts';
import { fleetsNamed } from '../fleets-file.ts';

interface Options extends LedgerOptions {
  readonly config: string;
  readonly json: boolean;
}

/** How a fleet stands. */
interface Standing {
  readonly fleet: string;
  readonly mode: Fleet['mode'];
  readonly group: string | null;
  readonly capacity: {
    readonly min: number;
    readonly max: number;
    readonly desired: number;
    readonly serving: number;
    readonly coming: number;
    readonly going: number;
  } | null;
  /** Minutes of the last week that were judged, and violations among them; the budget as a share. */
  readonly budget: {
    readonly minutes: number;
    readonly violations: number;
    readonly share: number;
    readonly allowed: number;
  };
  /** Seconds, as measured; absent before there was anything to measure. */
  readonly timings: { readonly boot?: number; readonly drain?: number };
  readonly last: Decision | null;
}

/** `evenkeel status [FLEET]`: how the fleets stand, in a few lines each. */
export function statusCommand(): Command {
  const command = new Command('status')
    .description('Say how the fleets stand: capacity, budget of violation minutes, last decision')
    .argument('[fleet]', 'a fleet of fleets.yml; without one, each of them')
    .option('--stage <name>', 'the stage that manages them, as in sls deploy', 'dev')
    .option('--table <name>', "the ledger's table, where the stack is not to be asked for it")
    .option('--config <file>', 'says which fleets there are', 'fleets.yml')
    .option('--json', 'print {"fleets": [{"fleet": …, "capacity": …, "budget": …, "last": …}]}', false);
  return withAwsOptions(command).action(async (name: string | undefined, options: Options) => {
    const fleets = await fleetsNamed(name, options.config);
    const groups = await autoScalingGroups(new AutoScalingClient(clientConfig(options))).ofFleets(fleets);
    const open = await openLedger(options);
    const standings = await Promise.all(
      fleets.map((fleet) => standingOf(fleet, groups.get(fleet.name), open)),
    );
    process.stdout.write(
      options.json ? `${JSON.stringify({ fleets: standings })}\n` : standings.map(asText).join('\n'),
    );
  });
}

async function standingOf(
  fleet: Fleet,
  group: Group | undefined,
  { ledger, memory, now }: OpenLedger,
): Promise<Standing> {
  const { name, mode, scaling } = fleet;
  const [[last = null], remembered] = await Promise.all([ledger.decisions(name, 0, 1), memory.recall(name)]);
  const { budget, timings } = memoryOf(remembered?.content);
  return {
    fleet: name,
    mode,
    group: group?.name ?? null,
    capacity: group === undefined ? null : capacityIn(group),
    budget: { ...spent(budget, now), allowed: scaling.violations },
    timings: group === undefined ? {} : timingsOf(timings, group),
    last,
  };
}

function capacityIn({ min, max, desired, instances }: Group): NonNullable<Standing['capacity']> {
  const number = (of: (instance: Group['instances'][number]) => boolean) => unitsOf(instances.filter(of));
  return { min, max, desired, serving: number(isServing), coming: number(isComing), going: number(isGoing) };
}

function asText({ fleet, mode, group, capacity, budget, timings, last }: Standing): string {
  const { minutes, violations, share, allowed } = budget;
  const rows = [
    ['group', group ?? 'none: no Auto Scaling group is adopted'],
    ...(capacity === null
      ? []
      : [
          [
            'capacity',
            `${figure(capacity.desired)} desired of ${figure(capacity.min)} to ${figure(capacity.max)}: ` +
              `${figure(capacity.serving)} serve, ${figure(capacity.coming)} come, ${figure(capacity.going)} go`,
          ],
        ]),
    ...(minutes === 0
      ? []
      : [
          [
            'budget',
            `${percent(share)} where ${percent(allowed)} may be: ${count(violations, 'violation minute')} of ${figure(minutes)} in the last week`,
          ],
        ]),
    ...(timings.boot === undefined
      ? []
      : [['boot', `within ${figure(timings.boot)} s, 95 times in a hundred`]]),
    ...(timings.drain === undefined
      ? []
      : [['drain', `within ${figure(timings.drain)} s, 95 times in a hundred`]]),
    ['decision', last === null ? 'none in the last 30 days' : `${isoTime(last.at)}  ${explain(last)}`],
  ];
  return `${fleet}${mode === 'active' ? '' : ` (${mode})`}\n${rows.map(([key = '', value = '']) => `  ${key.padEnd(9)} ${value}\n`).join('')}`;
}
