import type { Decision, EventOf, Fleet, Group, Seconds } from '../domain/index.ts';
import { disrupted, SECOND } from '../domain/index.ts';
import type { Clock, Fence, Groups, Ledger } from '../ports/index.ts';
import { BACK, replacementDecision, replacementId } from '../policy/interruption/replacement.ts';

export interface SuccessorPorts {
  readonly groups: Pick<Groups, 'named' | 'terminateAndDecrement' | 'terminateAndReplace'>;
  readonly ledger: Pick<Ledger, 'record'>;
  readonly clock: Clock;
}

/** An instance whose end is announced. `id` is that of the announcement. */
export interface Leaver extends Pick<EventOf<'replace-due'>, 'instance' | 'id'> {
  readonly fleet: Pick<Fleet, 'name' | 'doNotTouch'>;
  readonly group: string;
}

const KEEP: Seconds = 14 * 24 * 3600;

const mark = (instance: string) => `successor#${instance}`;

/**
 * An instance has one successor, whatever announces its end, and however often: whoever claims it first has it
 * launched, others find it bought.
 *
 * @returns whether it is this buyer's to launch
 */
export async function buysSuccessor(
  instance: string,
  buyer: string,
  ledger: Pick<Ledger, 'claim'>,
): Promise<boolean> {
  return (await ledger.claim(mark(instance), buyer, KEEP)) === 'claimed';
}

/** None could be launched: whoever tries again may buy one. */
export async function gaveUpSuccessor(instance: string, ledger: Pick<Ledger, 'release'>): Promise<void> {
  await ledger.release(mark(instance));
}

const replacing = (instance: string) => `replace#${instance}`;

/** One replacement an instance, whatever announces its end, and however often. @returns whether it is this execution's */
export async function takesOnReplacement(
  instance: string,
  execution: string,
  ledger: Pick<Ledger, 'claim'>,
): Promise<boolean> {
  return (await ledger.claim(replacing(instance), execution, KEEP)) === 'claimed';
}

/** It was not replaced, and nobody tries to any more: the next announcement may. */
export async function gaveUpReplacement(instance: string, ledger: Pick<Ledger, 'release'>): Promise<void> {
  await ledger.release(replacing(instance));
}

/** The mark of a warned instance, so that its end is not told as a surprise, and whoever replaces it makes haste. */
export const warned = (instance: string) => `spot-interruption#${instance}`;

/** The mark of an instance that stopped running before it was in service: its admission waits in vain. */
export const endedEarly = (instance: string) => `ended-early#${instance}`;

/** How long either of these marks is kept. */
export const MARK_KEPT: Seconds = 24 * 3600;

const MOST = 200;

/** What has been decided of an instance's replacement, if it has: one more beside it, or one less. */
export async function decided(
  { instance, fleet }: Pick<Leaver, 'instance' | 'fleet'>,
  action: 'scale-out' | 'scale-in',
  { ledger, clock }: { readonly ledger: Pick<Ledger, 'decisions'>; readonly clock: Clock },
): Promise<Decision | undefined> {
  const decisions = await ledger.decisions(fleet.name, clock.now() - BACK * SECOND, MOST);
  return decisions.find(({ id }) => id === replacementId(instance, action));
}

/**
 * Lets an instance leave by its hook, as the fleet's only writer: where one more was launched beside it, desired capacity
 * goes back to what it was; without one, its group launches its successor. May be done twice.
 *
 * @param from desired capacity before one more was asked for; null where none was
 * @returns whether it was in service still
 */
export async function takeOut(
  leaver: Leaver,
  from: number | null,
  fence: Fence,
  on: SuccessorPorts,
): Promise<boolean> {
  const group = await on.groups.named(leaver.group);
  if (group === undefined || !isInService(leaver.instance, group)) return false;
  if (from !== null && group.desired > from) await takeIn(leaver.instance, leaver, group, fence, on);
  else unlessBusy(group.name, await on.groups.terminateAndReplace(leaver.instance));
  return true;
}

/** Takes in an instance, the leaver or one that came for it in vain. */
export async function takeIn(
  victim: string,
  leaver: Leaver,
  group: Group,
  fence: Fence,
  on: SuccessorPorts,
): Promise<void> {
  const { name, desired } = group;
  const change = { from: desired, to: desired - unitsIn(group, victim), victims: [victim] };
  await on.ledger.record(replacementDecision({ ...leaver, ...change, now: on.clock.now() }), fence);
  unlessBusy(name, await on.groups.terminateAndDecrement(victim));
}

/** Units of capacity that a group counts one of its instances for. */
export function unitsIn(group: Group, instance: string): number {
  return disrupted(instance, group).units ?? 1;
}

/** @throws Error where the group works on something else: it is tried again */
export function unlessBusy(group: string, answer: 'done' | 'gone' | 'refused' | 'busy'): void {
  if (answer === 'busy') throw new Error(`group ${group} is busy with another activity`);
}

/** What has left meanwhile, by a run before this one or by itself, is not taken a second time. */
export function isInService(instance: string, group: Group | undefined): boolean {
  return (group?.instances ?? []).some(({ id, lifecycle }) => id === instance && lifecycle === 'InService');
}
