import { MINUTE } from '../../../shared/domain/index.ts';
import { neededFor } from '../needed.ts';
import type { PolicyFamily } from '../policy.ts';
import type { Setting } from '../setting.ts';
import { HourHistory, hourOf, quantileOf } from './hour-history.ts';
import { utilisationKnob } from './utilisation.ts';

/** Days whose hours are in the histograms. */
const DAYS = 14;
const PERCENTILE = 0.9;
/** Hours over which the error of the prediction is averaged. */
const ERRORS = 3;
const REACTIVE = 1.05;

/**
 * Hist: Urgaonkar, Shenoy, Chandra, Goyal and Wood, "Agile Dynamic Provisioning of Multi-tier Internet Applications"
 * (ACM TAAS 2008). Each hour of the day has a histogram of its load in the past days. An hour is predicted by a high
 * percentile of it (the 90th of its minutes), to which is added by how much the same percentile of the last hours was above
 * its prediction, on average and where it was. What the prediction misses is provisioned for reactively: at least 1.05
 * times the load as it was last measured. Capacity stands ready when its hour begins: the hour that is reached by the end of
 * a boot counts too.
 *
 * The knob is the utilisation that capacity is chosen for.
 */
export const hist: PolicyFamily = {
  name: 'hist',
  knob: utilisationKnob(70),
  at: (position = 70) => ({
    name: 'hist',
    start(setting) {
      const prediction = new Prediction();
      const ahead = aheadOf(setting);
      const useful = (setting.capacity * position) / 100;
      return {
        decide({ at, demand, minute, measuredMinute, desired }) {
          if (Number.isNaN(demand)) return desired;
          prediction.learn(at - (minute - measuredMinute) * MINUTE, demand);
          const predicted = Math.max(prediction.ofHour(hourOf(at)), prediction.ofHour(hourOf(at + ahead)));
          return neededFor(Math.max(predicted, REACTIVE * demand), useful, 0);
        },
      };
    },
  }),
};

/** From a decision until what it launches takes load, and the next decision's does. */
function aheadOf({ boot, period }: Setting): number {
  return (boot + period) * 1000;
}

class Prediction {
  readonly #history = new HourHistory(DAYS);
  /** By how much each of the last hours was above what its histogram had said. */
  readonly #errors: number[] = [];
  /** What the histograms say of hours to come: asked for often, and settled, since they rest on other days. */
  readonly #fromHistogram = new Map<number, number>();

  learn(at: number, load: number): void {
    const ended = this.#history.add(at, load);
    if (ended === undefined) return;
    const expected = this.#histogram(ended.hour);
    this.#fromHistogram.delete(ended.hour);
    if (Number.isNaN(expected)) return;
    this.#errors.push(Math.max(0, quantileOf([ended], PERCENTILE) - expected));
    if (this.#errors.length > ERRORS) this.#errors.shift();
  }

  /** 0 for an hour of which no day is known yet. */
  ofHour(hour: number): number {
    const expected = this.#histogram(hour);
    if (Number.isNaN(expected)) return 0;
    const error = this.#errors.reduce((sum, one) => sum + one, 0) / Math.max(1, this.#errors.length);
    return expected + error;
  }

  #histogram(hour: number): number {
    const known = this.#fromHistogram.get(hour);
    if (known !== undefined) return known;
    const value = quantileOf(this.#history.likeHour(hour), PERCENTILE);
    this.#fromHistogram.set(hour, value);
    return value;
  }
}
