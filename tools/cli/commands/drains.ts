import { Command } from 'commander';
import type { Fleet } from '../../../shared/domain/index.ts';
import {
  drainAccount,
  fleetNameOf,
  fleetsKnown,
  withDrainOptions,
  withFleetsFile,
  type DrainAccount,
  type DrainOptions,
  type FleetsOptions,
} from '../drains/account.ts';
import { leaving } from '../drains/leaving.ts';
import { asTable, inOrder, viewOf, type DrainView } from '../drains/present.ts';
import { explained } from '../refusals.ts';
import { UsageError } from '../usage-error.ts';

interface Options extends DrainOptions, FleetsOptions {
  readonly fleet?: string;
  readonly all: boolean;
}

/** `evenkeel drains`: which instances drain, for how long, and what they wait for. */
export function drainsCommand(): Command {
  const command = new Command('drains')
    .description('Show which instances drain, for how long, and what they wait for')
    .option('--fleet <name>', 'of one fleet only')
    .option('--all', 'those that have ended within three days as well', false);
  return withDrainOptions(withFleetsFile(command)).action(async (options: Options) => {
    const fleets = await fleetsKnown(options);
    const account = await drainAccount(options);
    const views = inOrder(await explained(() => viewsIn(options, fleets, account)));
    process.stdout.write(options.json ? `${JSON.stringify({ drains: views }, null, 2)}\n` : asTable(views));
  });
}

async function viewsIn(
  options: Options,
  fleets: readonly Fleet[],
  { drains, fleetGroups, now }: DrainAccount,
): Promise<readonly DrainView[]> {
  const [noted, groups] = await Promise.all([drains.all(), fleetGroups()]);
  const all = noted.map((drain) => viewOf(drain, now));
  const draining = new Set(all.filter(({ end }) => end === undefined).map(({ instance }) => instance));
  const views = [...all, ...leaving(groups, draining, fleets)];
  const known = new Set([
    ...fleets.map(({ name }) => name),
    ...groups.flatMap((group) => fleetNameOf(group, fleets) ?? []),
    ...views.map(({ fleet }) => fleet),
  ]);
  requireFleet(options.fleet, known);
  return views.filter(
    ({ fleet, end }) =>
      (options.fleet === undefined || fleet === options.fleet) && (options.all || end === undefined),
  );
}

/** A name that is mistyped must not look like a fleet in which nothing drains. */
function requireFleet(name: string | undefined, known: ReadonlySet<string>): void {
  if (name === undefined || known.has(name)) return;
  const there = known.size === 0 ? 'there is none' : `there is ${[...known].toSorted().join(', ')}`;
  throw new UsageError(`--fleet ${name}: no such fleet here, ${there}`);
}
