import { Command } from 'commander';
import { drainAccount, withDrainOptions, type DrainOptions } from '../drains/account.ts';
import { asTable, inOrder, viewOf } from '../drains/present.ts';
import { explained } from '../refusals.ts';

/** `evenkeel drains`: which instances drain, for how long, and what they wait for. */
export function drainsCommand(): Command {
  const command = new Command('drains')
    .description('Show which instances drain, for how long, and what they wait for')
    .option('--fleet <name>', 'of one fleet only')
    .option('--all', 'those that have ended within three days as well', false);
  return withDrainOptions(command).action(
    async (options: DrainOptions & { readonly fleet?: string; readonly all: boolean }) => {
      const { drains } = await drainAccount(options);
      const all = await explained(() => drains.all());
      const views = inOrder(all.map(viewOf)).filter(
        ({ fleet, end }) =>
          (options.fleet === undefined || fleet === options.fleet) && (options.all || end === undefined),
      );
      process.stdout.write(options.json ? `${JSON.stringify({ drains: views }, null, 2)}\n` : asTable(views));
    },
  );
}
