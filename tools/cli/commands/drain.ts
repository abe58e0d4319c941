import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import type { Fleet, Group, GroupInstance } from '../../../shared/domain/index.ts';
import { DO_NOT_TOUCH } from '../../../shared/domain/index.ts';
import { fleetOfGroup } from '../../../shared/policy/adoption.ts';
import { objectionsTo } from '../../../shared/policy/drain/by-hand.ts';
import {
  CONSENT,
  drainAccount,
  fleetNameOf,
  fleetsKnown,
  instanceId,
  withDrainOptions,
  withFleetsFile,
  type DrainAccount,
  type DrainOptions,
  type FleetsOptions,
} from '../drains/account.ts';
import { explained } from '../refusals.ts';
import { UsageError } from '../usage-error.ts';

interface Options extends DrainOptions, FleetsOptions {
  readonly decrement: boolean;
  readonly force: boolean;
}

/** `evenkeel drain ID`: takes an instance out of its group by way of its terminate hook. */
export function drainCommand(): Command {
  const command = new Command('drain')
    .description('Drain an instance and have its group terminate and replace it')
    .argument('<instance>', 'the id of the instance')
    .option('--decrement', 'lower desired capacity by one: the instance is not replaced', false)
    .option(
      '--force',
      'also where no other instance serves, or none in its zone, or nothing drains it',
      false,
    );
  return withDrainOptions(withFleetsFile(command)).action(async (text: string, options: Options) => {
    const instance = instanceId(text);
    const fleets = await fleetsKnown(options);
    const account = await drainAccount(options);
    const result = await explained(() => drain(instance, options, fleets, account));
    const json = JSON.stringify({ instance, ...result }, null, 2);
    process.stdout.write(options.json ? `${json}\n` : `${inWords(instance, result)}\n`);
  });
}

interface Result {
  readonly group: string;
  readonly fleet: string;
  /** `already`: it was on its way out before. */
  readonly drain: 'started' | 'already';
  /** Absent where somebody else has decided that. */
  readonly isReplaced?: boolean;
}

async function drain(
  instance: string,
  options: Options,
  fleets: readonly Fleet[],
  account: DrainAccount,
): Promise<Result> {
  const { group } = await memberOf(instance, account);
  const fleet = fleetNameOf(group, fleets);
  if (fleet === undefined || group.tags[CONSENT] === undefined)
    throw new UsageError(`group ${group.name} is no fleet: it has no tag ${CONSENT} (see evenkeel adopt)`);
  const known = { name: fleet, of: fleetOfGroup(group, fleets) };
  const result = await account.lease.withLease(fleet, `drain by hand ${randomUUID()}`, () =>
    takeOut(instance, known, options, account),
  );
  if (result === 'busy') throw new UsageError(`fleet ${fleet} is being changed: try again in a few seconds`);
  return result;
}

/**
 * While nobody else changes the fleet: two people who take the last two instances of a zone at once would each find the
 * other's still there.
 */
async function takeOut(
  instance: string,
  fleet: { readonly name: string; readonly of: Fleet | undefined },
  options: Options,
  account: DrainAccount,
): Promise<Result> {
  const { group, member } = await memberOf(instance, account);
  if (isLeaving(member)) return { group: group.name, fleet: fleet.name, drain: 'already' };
  await refuseWhereObjected(member, group, fleet.of, options, account);
  await terminate(instance, group, options, account);
  return { group: group.name, fleet: fleet.name, drain: 'started', isReplaced: !options.decrement };
}

const isLeaving = ({ lifecycle }: GroupInstance) => /^Terminat/.test(lifecycle);

async function memberOf(
  instance: string,
  { groups }: DrainAccount,
): Promise<{ group: Group; member: GroupInstance }> {
  const found = await groups.ofInstance(instance);
  const group = found && (await groups.named(found.group));
  const member = group?.instances.find(({ id }) => id === instance);
  if (group !== undefined && member !== undefined) return { group, member };
  throw new UsageError(`${instance} is in no Auto Scaling group here: look at its id and --region`);
}

async function refuseWhereObjected(
  member: GroupInstance,
  group: Group,
  fleet: Fleet | undefined,
  options: Options,
  { hooks, instances }: DrainAccount,
): Promise<void> {
  const [found, marked] = await Promise.all([
    hooks.of(group.name),
    instances.tagged(group.name, fleet?.doNotTouch ?? DO_NOT_TOUCH),
  ]);
  const known = {
    fleet,
    isMarked: marked.has(member.id),
    hasHook: found.some(({ transition }) => transition === 'terminating'),
  };
  const [objection, ...others] = objectionsTo(member, group, known).filter(
    ({ isFinal }) => isFinal || !options.force,
  );
  if (objection === undefined) return;
  if (objection.isFinal) throw new UsageError(objection.says);
  const all = [objection, ...others].map(({ says }) => says).join('; ');
  throw new UsageError(`${all}: --force drains it all the same`);
}

async function terminate(
  instance: string,
  { name, min }: Group,
  { decrement }: Options,
  { groups }: DrainAccount,
): Promise<void> {
  const effect = decrement
    ? await groups.terminateAndDecrement(instance)
    : await groups.terminateAndReplace(instance);
  if (effect !== 'done') throw new UsageError(WHY[effect](name, min));
}

const WHY: Readonly<Record<'busy' | 'gone' | 'refused', (group: string, min: number) => string>> = {
  busy: (group) => `${group} is busy with another change: try again in a minute`,
  gone: (group) => `the instance has left ${group} in between`,
  refused: (group, min) => `${group} may not have less than ${min} instances: leave --decrement out`,
};

function inWords(instance: string, { group, drain: how, isReplaced = false }: Result): string {
  if (how === 'already') return `${instance} of ${group} drains already: see evenkeel drains`;
  return `${instance} of ${group} drains and is ${isReplaced ? '' : 'not '}replaced: see evenkeel drains`;
}
