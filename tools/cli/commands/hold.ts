import { userInfo } from 'node:os';
import { Command } from 'commander';
import type { Instant } from '../../../shared/domain/index.ts';
import { isoTime } from '../../../shared/domain/index.ts';
import type { DrainOrder, DrainProgress, Orders } from '../../../shared/ports/index.ts';
import {
  drainAccount,
  instanceId,
  withDrainOptions,
  type DrainAccount,
  type DrainOptions,
} from '../drains/account.ts';
import { leaving } from '../drains/leaving.ts';
import { explained } from '../refusals.ts';
import { UsageError } from '../usage-error.ts';

type Drain = DrainProgress & { readonly orders: Orders };

/** `evenkeel hold ID`: keeps a draining instance until it is released. */
export function holdCommand(): Command {
  const command = new Command('hold')
    .description('Keep a draining instance, its hook alive, until it is released')
    .argument('<instance>', 'the id of the instance');
  return withDrainOptions(command).action((instance: string, options: DrainOptions) =>
    order(instance, options, () => 'hold'),
  );
}

/** `evenkeel release ID`: ends a hold, or with `--now` the drain. */
export function releaseCommand(): Command {
  const command = new Command('release')
    .description('End a hold: the drain goes on where it was; with --now the instance is let go at once')
    .argument('<instance>', 'the id of the instance')
    .option('--now', 'let the instance go at once, idle or not', false);
  return withDrainOptions(command).action(
    (instance: string, options: DrainOptions & { readonly now: boolean }) =>
      order(instance, options, ({ orders }) => {
        if (options.now) return 'let-go';
        if (orders.isHeld === true) return 'release';
        throw new UsageError(`${instance} is not held: to let it go before it is idle, add --now`);
      }),
  );
}

async function order(
  text: string,
  options: DrainOptions,
  orderFor: (drain: Drain) => DrainOrder,
): Promise<void> {
  const instance = instanceId(text);
  const account = await drainAccount(options);
  const found = await explained(() => drainOf(instance, account));
  const given = orderFor(found);
  const by = userInfo().username;
  if ((await explained(() => account.drains.order(found, given, by))) === 'gone')
    throw new UsageError(`${instance} has ended its drain in between`);
  const { fleet, group } = found;
  const until = given === 'hold' ? endOfHold(found) : undefined;
  const held = found.orders.isHeld === true ? found.orders.by : undefined;
  const result = {
    ...{ instance, fleet, group, order: given, by },
    ...(until !== undefined && { until: isoTime(until) }),
    ...(held !== undefined && { wasHeldBy: held }),
  };
  // It is seen at the drain's next look.
  const words = `${instance} of ${fleet} ${inWords(given, found)}${held === undefined ? '' : `; ${held} had held it`}`;
  process.stdout.write(options.json ? `${JSON.stringify(result, null, 2)}\n` : `${words}\n`);
}

/** @throws UsageError where it does not drain */
async function drainOf(instance: string, { drains, fleetGroups }: DrainAccount): Promise<Drain> {
  const found = (await drains.all()).find((drain) => drain.instance === instance && drain.end === undefined);
  if (found !== undefined) return found;
  const onItsWay = leaving(await fleetGroups(), new Set(), []).find((view) => view.instance === instance);
  throw new UsageError(
    onItsWay === undefined
      ? `${instance} does not drain: \`evenkeel drains\` lists those that do`
      : `${instance} does not drain yet, it waits for ${onItsWay.waitsFor.join('; ')}: try again in a minute`,
  );
}

/** No hold outlasts the hook, nor what AWS gives the instance. */
function endOfHold({ latest, orders: { takenAt } }: Drain): Instant | undefined {
  if (latest === undefined || takenAt === undefined) return latest ?? takenAt;
  return Math.min(latest, takenAt);
}

function inWords(given: DrainOrder, drain: Drain): string {
  switch (given) {
    case 'hold': {
      const until = endOfHold(drain);
      const why = drain.orders.takenAt === undefined ? 'its hook ends' : 'AWS takes it';
      return `is held until it is released${until === undefined ? '' : `, at the latest until ${isoTime(until)}, when ${why}`}`;
    }
    case 'release':
      return 'is released: its drain goes on';
    case 'let-go':
      return 'is let go';
  }
}
