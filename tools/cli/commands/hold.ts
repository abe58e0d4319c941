import { userInfo } from 'node:os';
import { Command } from 'commander';
import type { DrainOrder, DrainProgress, Orders } from '../../../shared/ports/index.ts';
import { drainAccount, instanceId, withDrainOptions, type DrainOptions } from '../drains/account.ts';
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

const SAYS: Readonly<Record<DrainOrder, string>> = {
  hold: 'is held until it is released',
  release: 'is released: its drain goes on',
  'let-go': 'is let go',
};

async function order(
  text: string,
  options: DrainOptions,
  orderFor: (drain: Drain) => DrainOrder,
): Promise<void> {
  const instance = instanceId(text);
  const { drains } = await drainAccount(options);
  const found = (await explained(() => drains.all())).find((drain) => drain.instance === instance);
  if (found === undefined || found.end !== undefined)
    throw new UsageError(`${instance} does not drain: \`evenkeel drains\` lists those that do`);
  const given = orderFor(found);
  const by = userInfo().username;
  if ((await explained(() => drains.order(found, given, by))) === 'gone')
    throw new UsageError(`${instance} has ended its drain in between`);
  const { fleet, group } = found;
  const json = JSON.stringify({ instance, fleet, group, order: given, by }, null, 2);
  // It is seen at the drain's next look.
  process.stdout.write(options.json ? `${json}\n` : `${instance} of ${fleet} ${SAYS[given]}\n`);
}
