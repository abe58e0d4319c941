import { Command } from 'commander';
import { objectionsTo } from '../../../shared/policy/drain/by-hand.ts';
import {
  drainAccount,
  instanceId,
  withDrainOptions,
  type DrainAccount,
  type DrainOptions,
} from '../drains/account.ts';
import { explained } from '../refusals.ts';
import { UsageError } from '../usage-error.ts';

interface Options extends DrainOptions {
  readonly decrement: boolean;
  readonly force: boolean;
}

/** The tag by which a group is under management: no other is touched. */
const CONSENT = 'evenkeel:fleet';

/** `evenkeel drain ID`: takes an instance out of its group by way of its terminate hook. */
export function drainCommand(): Command {
  const command = new Command('drain')
    .description('Drain an instance and have its group terminate and replace it')
    .argument('<instance>', 'the id of the instance')
    .option('--decrement', 'lower desired capacity by one: the instance is not replaced', false)
    .option('--force', 'also where no other instance serves, or none in its zone', false);
  return withDrainOptions(command).action(async (text: string, options: Options) => {
    const instance = instanceId(text);
    const account = await drainAccount(options);
    const result = await explained(() => drain(instance, options, account));
    const json = JSON.stringify({ instance, ...result }, null, 2);
    process.stdout.write(options.json ? `${json}\n` : `${inWords(instance, result)}\n`);
  });
}

interface Result {
  readonly group: string;
  readonly fleet: string;
  /** `already`: it was on its way out before. */
  readonly drain: 'started' | 'already';
  readonly isReplaced: boolean;
}

async function drain(
  instance: string,
  { decrement, force }: Options,
  { groups }: DrainAccount,
): Promise<Result> {
  const found = await groups.ofInstance(instance);
  const group = found && (await groups.named(found.group));
  const member = group?.instances.find(({ id }) => id === instance);
  if (group === undefined || member === undefined)
    throw new UsageError(`${instance} is in no Auto Scaling group here: look at its id and --region`);
  const fleet = group.tags[CONSENT];
  if (fleet === undefined)
    throw new UsageError(`group ${group.name} is no fleet: it has no tag ${CONSENT} (see evenkeel adopt)`);
  const result = { group: group.name, fleet, isReplaced: !decrement };
  if (member.lifecycle.startsWith('Terminating')) return { ...result, drain: 'already' };
  const [objection] = objectionsTo(member, group).filter(({ isFinal }) => isFinal || !force);
  if (objection !== undefined)
    throw new UsageError(
      objection.isFinal ? objection.says : `${objection.says}: --force drains it all the same`,
    );
  const effect = decrement
    ? await groups.terminateAndDecrement(instance)
    : await groups.terminateAndReplace(instance);
  if (effect === 'done') return { ...result, drain: 'started' };
  throw new UsageError(WHY[effect](group.name, group.min));
}

const WHY: Readonly<Record<'busy' | 'gone' | 'refused', (group: string, min: number) => string>> = {
  busy: (group) => `${group} is busy with another change: try again in a minute`,
  gone: (group) => `the instance has left ${group} in between`,
  refused: (group, min) => `${group} may not have less than ${min} instances: leave --decrement out`,
};

function inWords(instance: string, { group, drain: how, isReplaced }: Result): string {
  if (how === 'already') return `${instance} of ${group} drains already: see evenkeel drains`;
  return `${instance} of ${group} drains and is ${isReplaced ? '' : 'not '}replaced: see evenkeel drains`;
}
