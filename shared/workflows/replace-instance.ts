import type { EventOf, Fleet, Seconds, Skip } from '../domain/index.ts';
import { SECOND, skip } from '../domain/index.ts';
import type { Announcements, Clock, Durable, Groups, Ledger, Lease, Outbox } from '../ports/index.ts';
import { fleetOfGroup } from '../policy/adoption.ts';
import { patienceWith } from '../policy/interruption/replacement.ts';
import { isPaused } from '../policy/scaling/guards.ts';
import type { Outcome } from './outcome.ts';
import { done } from './outcome.ts';
import type { EndPorts, Tried } from './replacement-end.ts';
import { letGo } from './replacement-end.ts';
import type { LaunchPorts, Replacing, Served } from './replacement-launch.ts';
import { launch, lookBefore, replacementOf } from './replacement-launch.ts';
import type { Turn, TurnPorts, Waiting } from './replacement-turn.ts';
import { FIRST_TURN, pauseOf, takeTurn } from './replacement-turn.ts';
import type { Leaver } from './successor.ts';
import { gaveUpReplacement, takesOnReplacement } from './successor.ts';

export interface ReplacePorts extends TurnPorts, LaunchPorts, EndPorts {
  readonly fleets: readonly Fleet[];
  readonly groups: Pick<
    Groups,
    'named' | 'ofInstance' | 'setDesired' | 'terminateAndDecrement' | 'terminateAndReplace'
  >;
  readonly ledger: Pick<
    Ledger,
    'claim' | 'isClaimed' | 'release' | 'decisions' | 'disrupt' | 'disruptions' | 'record'
  >;
  readonly announcements: Pick<Announcements, 'of'>;
  readonly lease: Lease;
  readonly outbox: Pick<Outbox, 'tell'>;
  readonly clock: Clock;
  readonly durable: Durable;
}

/** Between two looks at the replacement. */
const EVERY_BOOT: Seconds = 10;

/**
 * Replaces an instance before AWS takes it: when the fleet's budget lets it go, one is launched beside it; when that
 * serves, the instance leaves by its terminate hook, where it drains. Capacity is never less than it was meanwhile,
 * unless the group is at its maximum: then the instance leaves first, of several one at a time. What cannot be replaced is
 * tried again until the date at which AWS takes it, if there is one.
 */
export async function replaceInstance(event: EventOf<'replace-due'>, on: ReplacePorts): Promise<Outcome> {
  const { durable } = on;
  const begun = await durable.step('begin', () => begin(event, on));
  if (begun.kind === 'skip') return begun;
  for (let nth = 1; ; nth++) {
    const { outcome, again } = await tryOnce(event, begun, nth, on);
    if (again === undefined) return outcome;
    await durable.wait(`before try ${nth + 1}`, again);
  }
}

async function tryOnce(
  event: EventOf<'replace-due'>,
  begun: Begun,
  nth: number,
  on: ReplacePorts,
): Promise<Tried> {
  const { durable } = on;
  const name = (what: string) => (nth === 1 ? what : `${what}, try ${nth}`);
  const turn = await durable.poll<Turn>(name('turn'), pauseOf, FIRST_TURN, async ({ looks }) => {
    const state = await takeTurn(event, begun, on);
    return { done: state !== 'wait', state: { state, looks: looks + 1 } };
  });
  if (turn.state !== 'go') return durable.step(name('give up'), () => giveUp(event, begun, on));
  const leaver: Leaver = { ...begun, instance: event.instance, id: event.id };
  const before = await durable.step(name('look before'), () => lookBefore(begun, on));
  const launched = await durable.step(name('launch'), () => launch(leaver, on));
  const replacing: Replacing = { event, leaver, fleet: begun.fleet, ...before, ...launched };
  const patience = patienceWith(begun.fleet);
  const until = await durable.step(name('until'), async () => on.clock.now() + patience * SECOND);
  const served = await durable.poll<{ how?: Served }>(name('served'), EVERY_BOOT, {}, async () => {
    const how = await replacementOf(replacing, until, on);
    return how === undefined ? { done: false, state: {} } : { done: true, state: { how } };
  });
  return durable.step(name('let go'), () => letGo(replacing, served.how ?? 'late', on));
}

interface Begun extends Waiting {
  readonly kind: 'begun';
}

async function begin({ instance, by }: EventOf<'replace-due'>, on: ReplacePorts): Promise<Begun | Skip> {
  const found = await on.groups.ofInstance(instance);
  const group = found && (await on.groups.named(found.group));
  const fleet = group && fleetOfGroup(group, on.fleets);
  if (group === undefined || fleet === undefined) return skip('NOT_OURS', `${instance} belongs to no fleet`);
  if (fleet.mode !== 'active') return skip('NOT_OURS', `fleet ${fleet.name} is in mode ${fleet.mode}`);
  // What has a date is waited for: the group may go on before it.
  if (isPaused(group) && by === undefined)
    return skip('NOTHING_TO_DO', `group ${group.name} is paused by its tag`);
  if (!(await takesOnReplacement(instance, on.durable.execution, on.ledger)))
    return skip('ALREADY_DONE', `${instance} is being replaced`);
  const zone = group.instances.find(({ id }) => id === instance)?.zone ?? '';
  return { kind: 'begun', fleet, group: group.name, zone };
}

async function giveUp(
  { instance }: EventOf<'replace-due'>,
  { fleet }: Begun,
  on: ReplacePorts,
): Promise<Tried> {
  await gaveUpReplacement(instance, on.ledger);
  return { outcome: done(`${instance} of ${fleet.name} needs no replacement any more`) };
}
