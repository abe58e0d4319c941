import type { Damping, Direction } from '../../../domain/index.ts';
import { isUseful } from '../../../domain/index.ts';
import { cooldown } from '../cooldown.ts';
import { step } from '../limits.ts';
import type { Plan, Rule } from '../plan.ts';
import { applyRules } from '../plan.ts';
import { stabiliseIn, stabiliseOut } from '../stabilisation.ts';
import type { View } from '../world.ts';
import { deadBand } from './dead-band.ts';

/** A signal with a target has had its tolerance already: what is left of it is for forecasts. */
const forecastDeadBand: Rule = (plan, view) =>
  view.fleet.scaling.signals.some(isUseful) ? deadBand(plan, view) : plan;

const RULES: Readonly<Record<Direction, readonly (readonly [Damping, Rule])[]>> = {
  out: [
    ['tolerance', forecastDeadBand],
    ['cooldown', cooldown],
    ['stabilisation', stabiliseOut],
    ['step', step],
  ],
  in: [
    ['tolerance', forecastDeadBand],
    ['cooldown', cooldown],
    ['stabilisation', stabiliseIn],
    ['step', step],
  ],
};

/**
 * What damps a change. Defaults suit `target` signals, and bind what these ask for; a forecast has its own ways, and
 * is bound by what the owner has written alone.
 */
export function damped(plan: Plan, view: View, part: 'targets' | 'whole'): Plan {
  const { binding = [] } = view.fleet.scaling;
  const rules = RULES[plan.to > plan.from ? 'out' : 'in'];
  const own = rules.filter(([key]) => binding.includes(key) === (part === 'whole'));
  return applyRules(
    own.map(([, rule]) => rule),
    plan,
    view,
  );
}
