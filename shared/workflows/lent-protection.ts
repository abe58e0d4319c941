import type { Group, Seconds } from '../domain/index.ts';
import { SECOND } from '../domain/index.ts';
import { isRefreshOver } from '../policy/refresh/plan.ts';
import type { Clock, Groups, Ledger } from '../ports/index.ts';

/**
 * Protection from scale-in that is lent to instances while a refresh passes them by. Who has lent it, and to whom, is
 * written down before it is and said again while the refresh is watched, so that what an execution leaves that is killed is
 * taken back. What an owner protects stays protected.
 */
const mark = (group: string) => `protection-lent#${group}`;

/** As long as Auto Scaling keeps a refresh on record. */
const KEEP: Seconds = 42 * 86_400;

/** Whoever has not said for so long that it watches is gone: a look is a minute, and may fail twenty times. */
const SILENT: Seconds = 3600;

interface Lent {
  readonly group: string;
  readonly instances: readonly string[];
  readonly execution: string;
}

const ownerOf = ({ execution, instances }: Lent) => [execution, ...instances].join(' ');

type LendPorts = {
  readonly groups: Pick<Groups, 'protect'>;
  readonly ledger: Pick<Ledger, 'claim' | 'holder' | 'release'>;
};

export async function lendProtection(lent: Lent, { groups, ledger }: LendPorts): Promise<void> {
  await ledger.claim(mark(lent.group), ownerOf(lent), KEEP);
  await groups.protect(lent.group, lent.instances, true);
}

/** Says that the refresh is still watched. What cannot be said now is said at the next look. */
export async function keepLent(lent: Lent, { ledger }: Pick<LendPorts, 'ledger'>): Promise<void> {
  if (lent.instances.length === 0) return;
  await ledger.claim(mark(lent.group), ownerOf(lent), KEEP).catch(() => undefined);
}

export async function takeBackProtection(lent: Lent, { groups, ledger }: LendPorts): Promise<void> {
  await groups.protect(lent.group, lent.instances, false);
  const held = await ledger.holder(mark(lent.group));
  if (held?.owner === ownerOf(lent)) await ledger.release(mark(lent.group));
}

/**
 * Takes back what an execution that is gone has left, unless its refresh still runs.
 *
 * @returns to how many instances it was lent
 */
export async function takeBackLeft(
  { name, instances }: Pick<Group, 'name' | 'instances'>,
  on: LendPorts & {
    readonly groups: Pick<Groups, 'protect' | 'refreshes'>;
    readonly clock: Clock;
  },
): Promise<number> {
  const held = await on.ledger.holder(mark(name));
  if (held === undefined || on.clock.now() - held.at < SILENT * SECOND) return 0;
  const [newest] = await on.groups.refreshes(name, 1);
  if (newest !== undefined && !isRefreshOver(newest.status)) return 0;
  const lent = held.owner.split(' ').slice(1);
  const left = instances
    .filter(({ id, isProtected }) => isProtected && lent.includes(id))
    .map(({ id }) => id);
  if (left.length > 0) await on.groups.protect(name, left, false);
  await on.ledger.release(mark(name));
  return left.length;
}
