import type { Direction, Rate, RateLimit } from '../../../domain/index.ts';
import { SECOND } from '../../../domain/index.ts';
import { changesMade } from '../history.ts';
import type { Rule } from '../plan.ts';
import { aimAt, hold, reason } from '../plan.ts';
import type { View } from '../world.ts';

/**
 * Capacity changes no faster than its owner allows, in instances and in shares, each within a period: what the
 * ledger says was changed within the period counts. As in Kubernetes' HPA v2, a share is one of the capacity with
 * which the period began, and a share of it always means one instance at least.
 *
 * @see https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#scaling-policies
 */
export const rateLimit: Rule = (plan, view) => {
  const direction: Direction = plan.to > plan.from ? 'out' : 'in';
  const rate = view.fleet.scaling.rate?.[direction];
  if (rate === undefined) return plan;
  if (rate.select === 'disabled') return hold(plan, reason('DIRECTION_DISABLED', { direction }));
  const most = mostMoves(rate, direction, plan.from, view);
  const wanted = Math.abs(plan.to - plan.from);
  if (wanted <= most) return plan;
  const to = direction === 'out' ? plan.from + most : plan.from - most;
  return aimAt(plan, to, reason('RATE_LIMITED', { wanted, most }));
};

function mostMoves(rate: Rate, direction: Direction, from: number, view: View): number {
  const each = rate.limits.map((limit) => leftOf(limit, direction, from, view));
  return rate.select === 'max' ? Math.max(...each) : Math.min(...each);
}

/** How many instances a limit still lets through. */
function leftOf(limit: RateLimit, direction: Direction, from: number, view: View): number {
  const moved = movedWithin(limit.per * SECOND, direction, view);
  const began = direction === 'out' ? from - moved : from + moved;
  const allowed = 'instances' in limit ? limit.instances : shareOf(began, limit.share, direction);
  return Math.max(0, allowed - moved);
}

/** Out, a share is rounded up; in, what is left is rounded down: both as HPA has it. */
function shareOf(began: number, share: number, direction: Direction): number {
  const exact = began * share;
  return Math.max(
    1,
    direction === 'out' ? Math.ceil(exact - 1e-9) : began - Math.floor(began - exact + 1e-9),
  );
}

function movedWithin(period: number, direction: Direction, { world, now }: View): number {
  const action = direction === 'out' ? 'scale-out' : 'scale-in';
  let moved = 0;
  for (const { at, action: done, from, to } of changesMade(world)) {
    if (done === action && now - at < period) moved += Math.abs(to - from);
  }
  return moved;
}
