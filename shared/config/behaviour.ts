import type { Damping, Rate, ScalingPolicy } from '../domain/index.ts';
import { defined } from './defined.ts';
import { brakeOf, moneyOf } from './guards.ts';
import type { FleetEntry } from './schema/index.ts';

type Entry = FleetEntry['scaling'];

const DAMPING: readonly Damping[] = ['tolerance', 'stabilisation', 'cooldown', 'step'];

/**
 * How capacity moves, and what is known of the time to come.
 *
 * @param written  the entry as it stands in the file: a default binds less than what an owner has written
 */
export function behaviourOf(entry: Entry, written: object): Omit<ScalingPolicy, 'signals'> {
  const { violations, headroom, tolerance, stabilisation, cooldown, step } = entry;
  const { min, max, floors, holidays, events, fallback, rate, brake, money, 'warm-up': warmUp } = entry;
  const { 'by-hand': byHand } = entry;
  const binding = DAMPING.filter((key) => key in written);
  return {
    violations,
    headroom: { atMost: headroom['at-most'] },
    tolerance,
    stabilisation,
    cooldown,
    step,
    ...defined({ warmUp, byHand, min, max, floors, holidays, events, fallback }),
    ...(binding.length > 0 && { binding }),
    ...defined({ brake: brake && brakeOf(brake), money: money && moneyOf(money) }),
    ...(rate && { rate: defined({ out: rateOf(rate.out), in: rateOf(rate.in) }) }),
  };
}

function rateOf(rate: NonNullable<Entry['rate']>['out']): Rate | undefined {
  return (
    rate && {
      select: rate.select,
      limits: rate.limits.map(({ per, instances, percent = 1 }) =>
        instances === undefined ? { per, share: percent } : { per, instances },
      ),
    }
  );
}
