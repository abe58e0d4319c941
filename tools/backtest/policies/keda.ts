import type { Instant } from '../../../shared/domain/index.ts';
import { MINUTE } from '../../../shared/domain/index.ts';
import { neededFor } from '../needed.ts';
import type { PolicyFamily } from '../policy.ts';
import type { Setting } from '../setting.ts';
import { HourHistory, hourOf, quantileOf } from './hour-history.ts';
import { horizontalPodAutoscaler } from './hpa.ts';
import { utilisationKnob } from './utilisation.ts';

const DAYS = 14;
const EARLY = 10 * MINUTE;

/**
 * KEDA: a resource metric and cron triggers on one autoscaler, which takes the highest of what they propose. The resource
 * metric is HPA's (see `hpa`), with all of its behaviour.
 *
 * Somebody has to write the crons. Here a careful owner does, from nothing but the past, and again at each midnight (UTC):
 * for each hour of the day one trigger, which holds from ten minutes before the hour until its end as many replicas as that
 * hour's median minute needed at the target in the last 14 days; days of the same kind (Monday to Friday, or the weekend)
 * where there are any, else all. A trigger with more would be for the rare day, and is what the resource metric is for.
 *
 * The knob is the target utilisation, of the metric and of the crons.
 *
 * @see https://keda.sh/docs/latest/scalers/cron/
 * @see https://keda.sh/docs/latest/scalers/cpu/
 */
export const keda: PolicyFamily = {
  name: 'keda',
  knob: utilisationKnob(60),
  at: (position = 60) => ({
    name: 'keda',
    start(setting) {
      const crons = new Crons(setting, position / 100);
      const autoscaler = horizontalPodAutoscaler(setting, position / 100, ({ at }) => crons.replicas(at));
      return {
        decide(seen) {
          crons.learn(seen.at, seen.at - (seen.minute - seen.measuredMinute) * MINUTE, seen.demand);
          return autoscaler.decide(seen);
        },
      };
    },
  }),
};

/** The triggers as they were written last, by the hour of the day. */
class Crons {
  readonly #history = new HourHistory(DAYS);
  readonly #useful: number;
  #written: readonly number[] = [];
  #day = NaN;

  constructor({ capacity }: Setting, target: number) {
    this.#useful = capacity * target;
  }

  learn(now: Instant, measuredAt: Instant, demand: number): void {
    if (!Number.isNaN(demand)) this.#history.add(measuredAt, demand);
    const day = Math.floor(hourOf(now) / 24);
    if (day === this.#day) return;
    this.#day = day;
    this.#written = Array.from({ length: 24 }, (_, hour) => this.#trigger(24 * day + hour));
  }

  /** The highest of the triggers that hold now. */
  replicas(now: Instant): number {
    const at = (instant: Instant) => this.#written[hourOf(instant) % 24] ?? 0;
    return Math.max(at(now), at(now + EARLY));
  }

  #trigger(hour: number): number {
    const past = this.#history.likeHour(hour);
    const alike = past.filter((one) => isWeekend(one.hour) === isWeekend(hour));
    const median = quantileOf(alike.length > 0 ? alike : past, 0.5);
    return Number.isNaN(median) ? 0 : neededFor(median, this.#useful, 0);
  }
}

/** The epoch was a Thursday. */
function isWeekend(hour: number): boolean {
  return (Math.floor(hour / 24) + 3) % 7 >= 5;
}
