import type { Configuration, Decision } from '../domain/index.ts';
import { disrupted, FenceError, skip } from '../domain/index.ts';
import { decisionStory, explain } from '../policy/messages/decision.ts';
import type { Occasion, Situation } from '../policy/scaling/index.ts';
import type {
  Alarms,
  Clock,
  Databases,
  Fence,
  Groups,
  Ids,
  Instances,
  Ledger,
  Lease,
  Metrics,
  Outbox,
} from '../ports/index.ts';
import { carryOut } from './carry-out.ts';
import { decideAsOnlyWriter, decideInTwoLooks } from './decide-closer.ts';
import { withWorld } from './look-closer.ts';
import type { ObservingPorts, Seen } from './observe-fleet.ts';
import { observe, recall } from './observe-fleet.ts';
import type { Outcome } from './outcome.ts';
import { busy, done } from './outcome.ts';
import { remembered } from './remember-learnt.ts';
import type { ScaleEvent } from './scale-event.ts';
import { claimedElsewhere, fleetOf } from './scale-event.ts';
import { standingAlarms } from './standing-alarms.ts';

export interface ScalePorts extends ObservingPorts {
  readonly stage: string;
  readonly alarms: Alarms;
  readonly configuration: Configuration;
  readonly groups: Pick<
    Groups,
    'ofFleet' | 'named' | 'activities' | 'refreshes' | 'setDesired' | 'terminateAndDecrement'
  >;
  /** The dimension by which the control plane's metrics are its own. */
  readonly service: string;
  readonly ledger: Pick<Ledger, 'note' | 'record' | 'decisions' | 'claim' | 'disrupt' | 'disruptions'>;
  readonly metrics: ObservingPorts['metrics'] & Pick<Metrics, 'busyness'>;
  readonly instances: Pick<Instances, 'tagged' | 'launchTimes'>;
  readonly databases: Databases;
  readonly lease: Lease;
  readonly outbox: Pick<Outbox, 'tell' | 'wake'>;
  readonly clock: Clock;
  readonly ids: Ids;
}

/**
 * Brings one fleet's desired capacity to what its policy asks for, once.
 *
 * Most evaluations find that nothing is to be done: at a glance, or at a closer look. They need no lease. One that
 * finds a change makes it as the fleet's only writer, and looks again for it: what it saw may be another's past.
 *
 * @param invocation  the same for each attempt at one delivery of the event, different for its copies
 */
export async function scaleFleet(event: ScaleEvent, invocation: string, on: ScalePorts): Promise<Outcome> {
  const fleet = fleetOf(event, on);
  if ('kind' in fleet) return fleet;
  const taken = await claimedElsewhere(event, invocation, on);
  if (taken !== undefined) return taken;
  const [group, recalled] = await Promise.all([on.groups.ofFleet(fleet), recall(fleet, on.memory)]);
  if (group === undefined) return skip('NOTHING_TO_DO', `fleet ${fleet.name} has no group`);

  if (event.kind === 'alarm-changed' && !(await standingAlarms(fleet, on)).includes(event.alarm)) {
    return skip('STALE', `${event.alarm} does not stand any more`);
  }
  const seen = await observe(fleet, group, recalled, on);
  const occasion: Occasion = { id: on.ids.next(), cause: event.id };
  const { decision, closest } = await decideInTwoLooks(seen, occasion, on);
  if (decision.action !== 'hold') return changeAsOnlyWriter(seen, occasion, on);
  await on.ledger.note(decision);
  const held = done(explain(decision), { action: decision.action, desired: decision.to });
  return remembered(held, decision, closest, on);
}

async function changeAsOnlyWriter(seen: Seen, occasion: Occasion, on: ScalePorts): Promise<Outcome> {
  const { name } = seen.situation.fleet;
  try {
    const outcome = await on.lease.withLease(name, occasion.id, (fence) => change(seen, occasion, fence, on));
    return outcome === 'busy' ? busy(`another writer holds fleet ${name}`) : outcome;
  } catch (error) {
    if (error instanceof FenceError) return busy(error.message);
    throw error;
  }
}

async function change(seen: Seen, occasion: Occasion, fence: Fence, on: ScalePorts): Promise<Outcome> {
  const { group: before } = seen.situation.world;
  const group = await on.groups.named(before.name);
  if (group?.arn !== before.arn) return skip('STALE', `group ${before.name} is gone`);
  const { decision, closest } = await decideAsOnlyWriter(withWorld(seen, { group }), occasion, on);
  const story = decisionStory(decision);
  await on.ledger.record(decision, fence, story);
  await noteDisruption(decision, closest.situation, on);
  const outcome = await carryOut(decision, group, on.groups);
  const failure = story && (await wake(story.id, on.outbox));
  // What is tried again is counted when it is done.
  if (outcome.kind !== 'done') return outcome;
  const told =
    failure === undefined ? outcome : { ...outcome, facts: { ...outcome.facts, notWoken: failure } };
  return remembered(told, decision, closest, on);
}

/** What is about to be taken in uses up the fleet's disruption budget, if it has one. */
async function noteDisruption(
  { id, at, victims, isShadow }: Decision,
  { fleet, world }: Situation,
  { ledger }: ScalePorts,
): Promise<void> {
  if (fleet.disruption === undefined || isShadow || victims.length === 0) return;
  const instances = victims.map((victim) => disrupted(victim, world.group));
  await ledger.disrupt(fleet.name, id, { at, cause: 'scale-in', instances });
}

/**
 * What is not woken is found in the outbox: telling must not undo what was done.
 *
 * @returns why it was not woken, for the log
 */
async function wake(storyId: string, outbox: Pick<Outbox, 'wake'>): Promise<string | undefined> {
  try {
    await outbox.wake(storyId);
    return undefined;
  } catch (error) {
    return `${storyId}: ${error instanceof Error ? error.message : String(error)}`;
  }
}
