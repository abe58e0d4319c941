import { neededFor } from '../needed.ts';
import type { PolicyFamily } from '../policy.ts';
import type { Setting } from '../setting.ts';
import { minutesOf } from '../setting.ts';
import { utilisationKnob } from './utilisation.ts';

/** Minutes that the polynomial is fitted to. */
const WINDOW = 60;

/**
 * Reg: Iqbal, Dailey, Carrera and Janecek, "Adaptive resource provisioning for read intensive multi-tier applications in
 * the cloud" (FGCS 2011). Out, it reacts: capacity for the load as it was last measured. In, it asks a regression: a
 * polynomial of the second order over the last hour, read off where a boot that is decided now would end; capacity falls to
 * what that needs, and not below what the measured load needs.
 *
 * The knob is the utilisation that capacity is chosen for.
 */
export const reg: PolicyFamily = {
  name: 'reg',
  knob: utilisationKnob(70),
  at: (position = 70) => ({
    name: 'reg',
    start(setting) {
      const useful = (setting.capacity * position) / 100;
      const predict = quadratic(WINDOW, horizonOf(setting));
      const window = new Float64Array(WINDOW);
      let count = 0;
      return {
        decide({ demand, desired }) {
          if (Number.isNaN(demand)) return desired;
          window.copyWithin(0, 1);
          window[WINDOW - 1] = demand;
          count = Math.min(WINDOW, count + 1);
          const now = neededFor(demand, useful, 0);
          if (now >= desired || count < WINDOW) return Math.max(now, desired);
          return Math.min(desired, Math.max(now, neededFor(predict(window), useful, 0)));
        },
      };
    },
  }),
};

/** Minutes from the measured one to that in which what is launched now takes load. */
export function horizonOf({ boot, lag, period }: Setting): number {
  return minutesOf(boot) + minutesOf(lag) + minutesOf(period);
}

/**
 * Least squares with a polynomial of the second order, read off `ahead` steps after the newest of `length` values. The
 * abscissae never change, so that the prediction is a weighted sum of the values, and the weights are found once.
 */
export function quadratic(length: number, ahead: number): (values: Float64Array) => number {
  const middle = (length - 1) / 2;
  // Orthogonal on centred steps: 1, x, x² - mean(x²).
  const xs = Array.from({ length }, (_, index) => index - middle);
  const squares = xs.reduce((sum, x) => sum + x * x, 0);
  const mean = squares / length;
  const curves = xs.reduce((sum, x) => sum + (x * x - mean) ** 2, 0);
  const at = length - 1 + ahead - middle;
  const weights = xs.map(
    (x) => 1 / length + (x * at) / squares + ((x * x - mean) * (at * at - mean)) / curves,
  );
  return (values) => weights.reduce((sum, weight, index) => sum + weight * (values[index] ?? 0), 0);
}
