import type { Decision } from '../../../../shared/domain/index.ts';
import { Checks, type Invariant } from './invariant.ts';
import { LostReplies } from './lost-replies.ts';

const SET = 'autoscaling:SetDesiredCapacity';
const TERMINATE = 'autoscaling:TerminateInstanceInAutoScalingGroup';
const WRITES = [SET, TERMINATE];

interface Write {
  readonly at: number;
  readonly group: string;
  /** The desired capacity that was set; undefined for a termination with decrement. */
  readonly desired?: number;
  readonly victim?: string;
}

/**
 * Capacity is written only for a decision that was recorded before, and once for each.
 *
 * @param decisions  all that the ledger holds, asked for at the end
 */
export function oneWriteADecision(decisions: () => readonly Decision[]): Invariant {
  const writes: Write[] = [];
  const lost = new Map(WRITES.map((action) => [action, new LostReplies(action)]));
  return {
    see(entry) {
      for (const one of lost.values()) one.see(entry);
      if (entry.kind !== 'api-call' || entry.principal.kind !== 'role' || entry.error !== undefined) return;
      const input = entry.input as {
        AutoScalingGroupName?: string;
        DesiredCapacity?: number;
        InstanceId?: string;
        ShouldDecrementDesiredCapacity?: boolean;
      };
      const effect = `${input.AutoScalingGroupName} ${input.DesiredCapacity} ${input.InstanceId}`;
      if (lost.get(entry.action)?.isRepeated(effect) === true) return;
      if (entry.action === SET)
        writes.push({
          at: entry.at,
          group: input.AutoScalingGroupName ?? '',
          desired: input.DesiredCapacity ?? 0,
        });
      // Without decrement capacity stays what it was: the group launches a successor.
      if (entry.action === TERMINATE && input.ShouldDecrementDesiredCapacity === true)
        writes.push({ at: entry.at, group: '', victim: input.InstanceId ?? '' });
    },
    verdict: () => match(writes, decisions()).verdict('one-write-per-decision'),
  };
}

function match(writes: readonly Write[], decisions: readonly Decision[]): Checks {
  const checks = new Checks();
  const orders = decisions.filter(({ isShadow }) => !isShadow).flatMap(ordersOf);
  for (const write of writes) {
    const index = orders.findIndex((order) => isFor(write, order));
    checks.expect(index >= 0, () => `${describe(write)} without a decision of its own`);
    if (index >= 0) orders.splice(index, 1);
  }
  return checks;
}

interface Order {
  readonly at: number;
  readonly group: string;
  readonly desired?: number;
  readonly victim?: string;
}

function ordersOf(decision: Decision): Order[] {
  const { at, group, action, to, victims } = decision;
  // What a replacement asked for in vain is taken back by the number: no instance leaves.
  if (action === 'scale-out' || (action === 'scale-in' && victims.length === 0))
    return [{ at, group, desired: to }];
  return action === 'scale-in' ? victims.map((victim) => ({ at, group, victim })) : [];
}

function isFor(write: Write, order: Order): boolean {
  if (order.at > write.at) return false;
  return write.victim === undefined
    ? order.group === write.group && order.desired === write.desired
    : order.victim === write.victim;
}

function describe(write: Write): string {
  return write.victim === undefined
    ? `${write.group} was set to ${write.desired ?? 0}`
    : `${write.victim} was terminated`;
}
