import type { EventOf } from '../domain/index.ts';
import { isComing, skip } from '../domain/index.ts';
import type { Clock, Drains, Instances, Ledger } from '../ports/index.ts';
import { isLeavingWork, isUnexpectedLoss } from '../policy/interruption/loss.ts';
import { lossStory } from '../policy/interruption/loss-story.ts';
import { isInWarmPool, standsInTermination } from '../policy/lifecycle/standing.ts';
import type { LossPorts, MemberPorts, TellPorts } from './interrupted-member.ts';
import { memberOf, noteLoss, notOurs, told } from './interrupted-member.ts';
import type { Outcome } from './outcome.ts';
import { endedEarly, MARK_KEPT, warned } from './successor.ts';

export interface StateChangePorts extends MemberPorts, LossPorts, TellPorts {
  readonly drains: Pick<Drains, 'isLost'>;
  readonly instances: Pick<Instances, 'state'>;
  readonly ledger: Pick<Ledger, 'claim' | 'isClaimed' | 'disrupt'>;
  readonly clock: Clock;
}

/** An instance that stops or ends is told of if its group did not ask for it; whoever drains or admits it finds it lost. */
export async function stateChange(
  event: EventOf<'instance-state-changed'>,
  on: StateChangePorts,
): Promise<Outcome> {
  const { instance, state } = event;
  if (!isLeavingWork(state)) return skip('NOTHING_TO_DO', `${instance} is ${state}`);
  const member = await memberOf(instance, on);
  if (member === undefined) return notOurs(instance);
  if (isStillDrained(member.lifecycle)) {
    if (await runsAgain(instance, on)) return skip('STALE', `${instance} was ${state}, and is running`);
    // Whoever drains it, now or later, must not take it for one that has finished its work.
    await on.drains.isLost(instance, state);
    // Told by its admission, which finds it.
    if (isComing(member)) await on.ledger.claim(endedEarly(instance), event.id, MARK_KEPT);
  }
  if (!isUnexpectedLoss(state, member.lifecycle))
    return skip('NOTHING_TO_DO', `${instance} is ${state} as its group has it: ${member.lifecycle}`);
  if (await on.ledger.isClaimed(warned(instance))) return skip('ALREADY_DONE', `${instance} was warned of`);
  await noteLoss(instance, member, on);
  return told(lossStory(member.fleet.name, member.group.name, event, on.clock.now()), on);
}

/** Past its hook nothing is drained any more, nor in a warm pool, where instances are stopped and started as a rule. */
function isStillDrained(lifecycle: string): boolean {
  return standsInTermination(lifecycle) !== 'over' && !isInWarmPool(lifecycle);
}

/** A notice may be late: its instance has been started again, by hand or out of a warm pool. */
async function runsAgain(
  instance: string,
  { instances }: Pick<StateChangePorts, 'instances'>,
): Promise<boolean> {
  const state = await instances.state(instance);
  return state !== undefined && !isLeavingWork(state);
}
