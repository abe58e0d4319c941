import type { Instant, Signal } from '../../../domain/index.ts';
import { MINUTE } from '../../../domain/index.ts';
import type { Rule } from '../plan.ts';
import { aimAt, reason } from '../plan.ts';

const HOUR = 60 * MINUTE;

/** Where the control plane counts the desired capacity of a fleet, as something to be read; values as they are. */
export function capacityMetric(service: string, fleet: string): Signal {
  const counted = { namespace: 'Evenkeel', name: 'DesiredCapacity', dimensions: { service, fleet } };
  return {
    name: 'capacity',
    metric: { kind: 'cloudwatch', of: 'instance', statistic: 'Average', ...counted },
    target: 1,
  };
}

/**
 * What a month may cost. Once capacity as it is would cost more until the month ends, scaling out says so; once the
 * money is spent, capacity does not rise above the minimum. Nothing is ever taken in for money.
 */
export const moneyGuard: Rule = (plan, { world, fleet, now }) => {
  const { money } = fleet.scaling;
  if (money === undefined || world.instanceHours === undefined) return plan;
  const spent = world.instanceHours * money.price;
  const facts = { spent: rounded(spent), perMonth: money.perMonth };
  if (spent >= money.perMonth) {
    const to = Math.max(plan.from, Math.min(plan.to, world.group.min));
    return to === plan.to ? plan : aimAt(plan, to, reason('MONEY_SPENT', { ...facts, wanted: plan.to }));
  }
  const expected = spent + (plan.to * money.price * (monthEnd(now) - now)) / HOUR;
  if (expected <= money.perMonth) return plan;
  return aimAt(plan, plan.to, reason('MONEY_SHORT', { ...facts, expected: rounded(expected) }));
};

export function monthStart(now: Instant): Instant {
  const date = new Date(now);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}

function monthEnd(now: Instant): Instant {
  const date = new Date(now);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
}

function rounded(amount: number): number {
  return Math.round(amount * 100) / 100;
}

/**
 * What desired capacity has come to: whole hours as they were counted, and the one that goes on as it is.
 *
 * @param hours desired capacity, in the mean of each whole hour
 */
export function instanceHoursOf(
  hours: readonly { readonly value: number }[],
  desired: number,
  now: Instant,
): number {
  return hours.reduce((sum, { value }) => sum + value, (desired * (now % HOUR)) / HOUR);
}
