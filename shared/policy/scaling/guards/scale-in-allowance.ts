import type { Allowance } from '../../protection/budget.ts';
import { disruptionsLeft } from '../../protection/budget.ts';
import type { View } from '../world.ts';

/** What scaling in may still take of the fleet's disruption budget; undefined where it has none. */
export function scaleInAllowance({ fleet, world, now }: View): Allowance | undefined {
  if (fleet.disruption === undefined) return undefined;
  return disruptionsLeft(fleet.disruption, world.disruptions ?? [], world.group, 'scale-in', now);
}
