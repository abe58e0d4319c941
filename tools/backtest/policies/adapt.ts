import { neededFor } from '../needed.ts';
import type { Pilot, PolicyFamily } from '../policy.ts';
import type { Setting } from '../setting.ts';
import { horizonOf } from './reg.ts';
import { utilisationKnob } from './utilisation.ts';

/** The slope is taken over as long as the fleet could follow it at one instance, within these bounds, in minutes. */
const SHORTEST = 5;
const LONGEST = 60;

/**
 * Adapt: Ali-Eldin, Tordsson and Elmroth, "An adaptive hybrid elasticity controller for cloud infrastructures" (NOMS 2012),
 * of its controllers the one that its authors find best: reactive when scaling out, proactive when scaling in, by the rate at
 * which the load changes. Out: capacity for the measured load, at once. In: the slope of the load over a window is carried on
 * until a boot decided now would end, and capacity falls to what that needs, not below what the measured load needs. The
 * window adapts: it is the time in which a load that changes so fast changes by one instance, so that a steep change is
 * judged quickly and a slow one patiently. As long as the load rises, nothing is taken away.
 *
 * The knob is the utilisation that capacity is chosen for.
 */
export const adapt: PolicyFamily = {
  name: 'adapt',
  knob: utilisationKnob(70),
  at: (position = 70) => ({ name: 'adapt', start: (setting) => pilot(setting, position / 100) }),
};

function pilot(setting: Setting, target: number): Pilot {
  const useful = setting.capacity * target;
  const horizon = horizonOf(setting);
  const past = new Float64Array(LONGEST + 1).fill(NaN);
  let window = SHORTEST;
  let sinceIn = 0;
  return {
    decide({ demand, desired }) {
      if (Number.isNaN(demand)) return desired;
      past.copyWithin(0, 1);
      past[LONGEST] = demand;
      sinceIn++;
      const slope = slopeOver(past, window);
      window = Math.min(LONGEST, Math.max(SHORTEST, Math.round(useful / Math.abs(slope)) || LONGEST));
      const now = neededFor(demand, useful, 0);
      if (now >= desired) return now;
      if (!(slope <= 0) || sinceIn < Math.min(window, LONGEST)) return desired;
      // Falling load needs no more than it does now; what it will need then is what may go by then, and no faster.
      const falls = neededFor(Math.max(0, demand + slope * horizon), useful, 0);
      const taken = Math.max(1, Math.min(desired - now, now - falls));
      sinceIn = 0;
      return desired - taken;
    },
  };
}

/** Load a minute, over the last minutes; NaN before there are so many. */
function slopeOver(past: Float64Array, minutes: number): number {
  return ((past[LONGEST] ?? NaN) - (past[LONGEST - minutes] ?? NaN)) / minutes;
}
