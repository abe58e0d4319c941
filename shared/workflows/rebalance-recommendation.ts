import type { EventOf } from '../domain/index.ts';
import { skip } from '../domain/index.ts';
import type { Clock, Ledger, Starter } from '../ports/index.ts';
import { rebalanceStory } from '../policy/interruption/announcement-story.ts';
import { isPaused } from '../policy/scaling/guards.ts';
import type { MemberPorts, TellPorts } from './interrupted-member.ts';
import { isReplaceable, memberOf, notOurs, told } from './interrupted-member.ts';
import type { MarkedPorts } from './marked.ts';
import type { Outcome } from './outcome.ts';
import { warned } from './successor.ts';

export interface RebalancePorts extends MemberPorts, MarkedPorts, TellPorts {
  readonly ledger: Pick<Ledger, 'isClaimed'>;
  readonly starter: Starter;
  readonly clock: Clock;
}

/** There is time: a replacement is launched first, and the instance drains when that serves. */
export async function rebalance(
  event: EventOf<'rebalance-recommended'>,
  on: RebalancePorts,
): Promise<Outcome> {
  const { instance, id, at } = event;
  const member = await memberOf(instance, on);
  if (member === undefined) return notOurs(instance);
  if (await on.ledger.isClaimed(warned(instance))) return skip('ALREADY_DONE', `${instance} was warned of`);
  if (!isPaused(member.group) && (await isReplaceable(member, instance, on)))
    await on.starter.start({ kind: 'replace-due', id, at, instance, reason: 'rebalance' });
  return told(rebalanceStory(member.fleet.name, member.group.name, instance, on.clock.now()), on);
}
