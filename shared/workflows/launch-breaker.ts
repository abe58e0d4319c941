import type { FleetName, Group, Seconds } from '../domain/index.ts';
import { MINUTE, SECOND } from '../domain/index.ts';
import type { Groups, Ledger } from '../ports/index.ts';

/** How long a group launches nothing once too many of its instances did not become ready. */
export const WHILE_OPEN: Seconds = 15 * 60;

/** The breaker of a fleet is open: whoever opened it will close it. */
const openMark = (fleet: FleetName) => `launch-breaker#${fleet}`;

/** What is suspended was suspended here, not by its owner: it stays marked until it is resumed. */
const ownMark = (group: string) => `launch-suspended#${group}`;
const KEEP_OWN: Seconds = 7 * 86_400;

/**
 * Stops a group's launches, of several executions that want to only for one. What its owner has suspended already stays
 * the owner's. May be done twice.
 *
 * @returns whether it was this execution that has stopped them
 */
export async function suspendOwn(
  group: string,
  fleet: FleetName,
  execution: string,
  on: {
    readonly groups: Pick<Groups, 'named' | 'suspendLaunch'>;
    readonly ledger: Pick<Ledger, 'claim' | 'isClaimed'>;
  },
): Promise<boolean> {
  const { groups, ledger } = on;
  const keep = WHILE_OPEN + MINUTE / SECOND;
  if ((await ledger.claim(openMark(fleet), execution, keep)) !== 'claimed') return false;
  const found = await groups.named(group);
  const isSuspended = found?.suspendedProcesses.includes('Launch') === true;
  if (isSuspended && !(await ledger.isClaimed(ownMark(group)))) return false;
  await ledger.claim(ownMark(group), execution, KEEP_OWN);
  await groups.suspendLaunch(group);
  return true;
}

interface ResumePorts {
  readonly groups: Pick<Groups, 'resumeLaunch'>;
  readonly ledger: Pick<Ledger, 'release'>;
}

/** Ends what {@link suspendOwn} began. May be done twice. */
export async function resumeOwn(group: string, { groups, ledger }: ResumePorts): Promise<void> {
  await groups.resumeLaunch(group);
  await ledger.release(ownMark(group));
}

/**
 * Ends what an execution that is gone has left: launches that are suspended though the time in which it would have
 * resumed them is over, or the mark alone of such that were.
 *
 * @returns whether launches were resumed
 */
export async function resumeLeft(
  { name, suspendedProcesses }: Pick<Group, 'name' | 'suspendedProcesses'>,
  fleet: FleetName,
  on: ResumePorts & { readonly ledger: Pick<Ledger, 'isClaimed'> },
): Promise<boolean> {
  const { ledger } = on;
  if (!(await ledger.isClaimed(ownMark(name))) || (await ledger.isClaimed(openMark(fleet)))) return false;
  const isSuspended = suspendedProcesses.includes('Launch');
  await (isSuspended ? resumeOwn(name, on) : ledger.release(ownMark(name)));
  return isSuspended;
}
