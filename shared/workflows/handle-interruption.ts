import type { EventOf, Fleet, Group, Seconds, Story } from '../domain/index.ts';
import { isWatched, skip } from '../domain/index.ts';
import type { Balancers, Clock, Groups, Ledger, Outbox } from '../ports/index.ts';
import { fleetOfGroup } from '../policy/adoption.ts';
import { causeOfLaunchFailure } from '../policy/interruption/launch-failure.ts';
import { isLeavingWork, isUnexpectedLoss } from '../policy/interruption/loss.ts';
import {
  launchFailureStory,
  lossStory,
  rebalanceStory,
  scheduledChangeStory,
  spotStory,
  terminateFailureStory,
} from '../policy/interruption/story.ts';
import type { Outcome } from './outcome.ts';
import { done } from './outcome.ts';

export interface InterruptionPorts {
  readonly fleets: readonly Fleet[];
  readonly groups: Pick<Groups, 'named' | 'ofInstance'>;
  readonly balancers: Pick<Balancers, 'targetGroupsOf' | 'deregister'>;
  readonly ledger: Pick<Ledger, 'claim' | 'isClaimed' | 'disrupt'>;
  readonly outbox: Pick<Outbox, 'tell'>;
  readonly clock: Clock;
}

/** What AWS does to instances, or cannot do, without having been asked. */
export type Interruption = EventOf<
  | 'spot-interruption'
  | 'rebalance-recommended'
  | 'health-scheduled-change'
  | 'instance-state-changed'
  | 'launch-unsuccessful'
  | 'terminate-unsuccessful'
>;

const HOUR: Seconds = 3600;
const DAY: Seconds = 24 * HOUR;

/** Answers an interruption of a fleet's instance, and tells it once. */
export async function handleInterruption(event: Interruption, on: InterruptionPorts): Promise<Outcome> {
  switch (event.kind) {
    case 'spot-interruption':
      return spotInterruption(event, on);
    case 'rebalance-recommended':
      return rebalance(event, on);
    case 'health-scheduled-change':
      return scheduledChange(event, on);
    case 'instance-state-changed':
      return stateChange(event, on);
    case 'launch-unsuccessful':
      return launchFailure(event, on);
    case 'terminate-unsuccessful':
      return terminateFailure(event, on);
  }
}

/** An instance of a fleet, as its group sees it. */
interface Member {
  readonly fleet: Fleet;
  readonly group: Group;
  readonly lifecycle: string;
}

async function memberOf(instance: string, on: InterruptionPorts): Promise<Member | undefined> {
  const found = await on.groups.ofInstance(instance);
  if (found === undefined) return undefined;
  const owned = await fleetNamed(found.group, on);
  return owned && { ...owned, lifecycle: found.lifecycle };
}

/** What AWS takes is not asked for; it uses up the disruption budget all the same. */
async function noteLoss(instance: string, { fleet, group }: Member, on: InterruptionPorts): Promise<void> {
  if (fleet.disruption === undefined) return;
  const zone = group.instances.find(({ id }) => id === instance)?.zone;
  const lost = { id: instance, ...(zone !== undefined && { zone }) };
  const disruption = { at: on.clock.now(), cause: 'interruption', instances: [lost] } as const;
  await on.ledger.disrupt(fleet.name, instance, disruption);
}

async function fleetNamed(
  name: string,
  on: InterruptionPorts,
): Promise<{ fleet: Fleet; group: Group } | undefined> {
  const group = await on.groups.named(name);
  const fleet = group && fleetOfGroup(group, on.fleets);
  return group && fleet && { fleet, group };
}

const notOurs = (what: string) => skip('NOT_OURS', `${what} belongs to no fleet`);

/** The mark of a warned instance, so that its end is not told as a surprise. */
const warned = (instance: string) => `spot-interruption#${instance}`;

/**
 * Two minutes are less than the usual deregistration delay, and the group itself may start to drain only when the
 * instance is gone: so traffic is taken off now. Replacing is the group's own work.
 */
async function spotInterruption(
  event: EventOf<'spot-interruption'>,
  on: InterruptionPorts,
): Promise<Outcome> {
  const { instance } = event;
  const member = await memberOf(instance, on);
  if (member === undefined) return notOurs(instance);
  await on.ledger.claim(warned(instance), event.id, DAY);
  await noteLoss(instance, member, on);
  const targetGroups = isWatched(member.fleet) ? [] : await on.balancers.targetGroupsOf(instance);
  for (const arn of targetGroups) await on.balancers.deregister(arn, instance);
  return told(spotStory(member.fleet.name, member.group.name, event, on.clock.now()), on);
}

async function rebalance(event: EventOf<'rebalance-recommended'>, on: InterruptionPorts): Promise<Outcome> {
  const member = await memberOf(event.instance, on);
  if (member === undefined) return notOurs(event.instance);
  return told(rebalanceStory(member.fleet.name, member.group.name, event.instance, on.clock.now()), on);
}

/** One story for each fleet that the change touches. */
async function scheduledChange(
  event: EventOf<'health-scheduled-change'>,
  on: InterruptionPorts,
): Promise<Outcome> {
  const touched = new Map<string, string[]>();
  for (const instance of event.instances) {
    const member = await memberOf(instance, on);
    if (member === undefined) continue;
    const { name } = member.fleet;
    touched.set(name, [...(touched.get(name) ?? []), instance]);
  }
  for (const [fleet, instances] of touched)
    await on.outbox.tell(scheduledChangeStory(fleet, event, instances, on.clock.now()));
  return touched.size === 0
    ? notOurs(event.eventArn)
    : done(`told of ${event.eventTypeCode}`, { fleets: [...touched.keys()].join(', ') });
}

async function stateChange(
  event: EventOf<'instance-state-changed'>,
  on: InterruptionPorts,
): Promise<Outcome> {
  const { instance, state } = event;
  if (!isLeavingWork(state)) return skip('NOTHING_TO_DO', `${instance} is ${state}`);
  const member = await memberOf(instance, on);
  if (member === undefined) return notOurs(instance);
  if (!isUnexpectedLoss(state, member.lifecycle))
    return skip('NOTHING_TO_DO', `${instance} is ${state} as its group has it: ${member.lifecycle}`);
  if (await on.ledger.isClaimed(warned(instance))) return skip('ALREADY_DONE', `${instance} was warned of`);
  await noteLoss(instance, member, on);
  return told(lossStory(member.fleet.name, member.group.name, event, on.clock.now()), on);
}

async function launchFailure(event: EventOf<'launch-unsuccessful'>, on: InterruptionPorts): Promise<Outcome> {
  const owned = await fleetNamed(event.group, on);
  if (owned === undefined) return notOurs(event.group);
  const cause = causeOfLaunchFailure(event.statusMessage);
  // Admission has told of the very instance already.
  if (cause === 'admission') return skip('ALREADY_DONE', 'a launch that was abandoned in its hook');
  const story = launchFailureStory(owned.fleet.name, event, cause, on.clock.now());
  return toldOnceAnHour(`launch-failure#${event.group}#${cause}`, event.id, story, on);
}

async function terminateFailure(
  event: EventOf<'terminate-unsuccessful'>,
  on: InterruptionPorts,
): Promise<Outcome> {
  const owned = await fleetNamed(event.group, on);
  if (owned === undefined) return notOurs(event.group);
  const story = terminateFailureStory(owned.fleet.name, event, on.clock.now());
  return toldOnceAnHour(`terminate-failure#${event.group}`, event.id, story, on);
}

async function toldOnceAnHour(
  subject: string,
  owner: string,
  story: Story,
  on: InterruptionPorts,
): Promise<Outcome> {
  const claim = await on.ledger.claim(subject, owner, HOUR);
  return claim === 'claimed' ? told(story, on) : skip('ALREADY_DONE', `${subject} was told within the hour`);
}

async function told(story: Story, on: InterruptionPorts): Promise<Outcome> {
  await on.outbox.tell(story);
  return done(story.title);
}
