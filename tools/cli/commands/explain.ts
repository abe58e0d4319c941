import { Command } from 'commander';
import type { Decision } from '../../../shared/domain/index.ts';
import { withAwsOptions } from '../aws.ts';
import type { LedgerOptions } from '../explain/ledger.ts';
import { openLedger } from '../explain/ledger.ts';
import { decisionText } from '../explain/present.ts';
import { fleetsNamed } from '../fleets-file.ts';
import { UsageError } from '../usage-error.ts';

interface Options extends LedgerOptions {
  readonly last: string;
  readonly changes: boolean;
  readonly config: string;
  readonly json: boolean;
}

/** More are not read at once: a day of evaluations. */
const MOST = 1440;

/** `evenkeel explain [FLEET]`: what was decided, and why; also why nothing was. */
export function explainCommand(): Command {
  const command = new Command('explain')
    .description('Say what was decided for a fleet and why, also why nothing was')
    .argument('[fleet]', 'a fleet of fleets.yml; without one, each of them')
    .option('--last <n>', `how many decisions, at most ${MOST}`, '5')
    .option('--changes', 'leave out those that change nothing', false)
    .option('--stage <name>', 'the stage that manages it, as in sls deploy', 'dev')
    .option('--table <name>', "the ledger's table, where the stack is not to be asked for it")
    .option('--config <file>', 'says which fleets there are', 'fleets.yml')
    .option('--json', 'print {"fleets": [{"fleet": …, "decisions": […]}]}', false);
  return withAwsOptions(command).action(async (fleet: string | undefined, options: Options) => {
    const last = Number(options.last);
    if (!Number.isInteger(last) || last < 1 || last > MOST)
      throw new UsageError(`--last ${options.last} cannot be used: give a whole number from 1 to ${MOST}`);
    const names = (await fleetsNamed(fleet, options.config)).map(({ name }) => name);
    const { ledger } = await openLedger(options);
    const found = await Promise.all(
      names.map(async (name) => ({
        fleet: name,
        decisions: newest(
          await ledger.decisions(name, 0, options.changes ? MOST : last),
          options.changes,
          last,
        ),
      })),
    );
    process.stdout.write(
      options.json ? `${JSON.stringify({ fleets: found })}\n` : found.map(asText).join('\n'),
    );
  });
}

/** @returns the newest decisions, oldest first, as one reads a story */
function newest(decisions: readonly Decision[], changesOnly: boolean, last: number): readonly Decision[] {
  return decisions
    .filter(({ action }) => !changesOnly || action !== 'hold')
    .slice(0, last)
    .toReversed();
}

function asText({ fleet, decisions }: { fleet: string; decisions: readonly Decision[] }): string {
  if (decisions.length === 0)
    return `${fleet}: nothing was decided in the last 30 days. A fleet is evaluated when an alarm of it changes, each minute while one stands, and each minute where a signal has \`useful\`; npx evenkeel doctor looks for what is missing.\n`;
  return decisions.map(decisionText).join('');
}
