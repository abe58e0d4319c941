import type { Instant } from '../../../../shared/domain/index.ts';
import { MINUTE, SECOND } from '../../../../shared/domain/index.ts';
import { neededFor } from '../../needed.ts';
import type { PolicyFamily, Seen } from '../../policy.ts';
import type { Setting } from '../../setting.ts';
import { forecastHour } from './forecast.ts';
import { HOUR, HourlyLoad } from './hourly-load.ts';
import { trackTarget } from './target-tracking.ts';
import { TARGETS } from './targets.ts';

/** "An hourly forecast of capacity requirements for the next 48 hours. The forecast is updated every 6 hours." */
const AHEAD = 48;
const UPDATED_EVERY = 6;

/** "This metric must have at least 24 hours of data", in hours. */
const LEAST_HISTORY = 24;

/** `SchedulingBufferTime`, by how much launches are advanced, at its default: in seconds. */
const PRE_LAUNCH = 300;

/**
 * AWS's predictive scaling beside target tracking, both with the same target, as its documentation advises:
 *
 * - every 6 hours it forecasts the load of each of the next 48, from up to 14 days of it, once there are 24 hours;
 * - a forecast becomes capacity by the target, and holds from 300 s before its hour to the hour's end;
 * - it is a floor only: "if the forecast expects a decrease in load, it will not scale in to remove capacity". That is
 *   left to target tracking. Each policy determines its own capacity, and the larger one is desired;
 * - the group's maximum is honoured.
 *
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/predictive-scaling-policy-overview.html
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PredictiveScalingConfiguration.html
 */
export const predictive: PolicyFamily = {
  name: 'predictive',
  knob: { name: 'target utilisation of both policies, %', standard: 60, sweep: TARGETS },
  at: (percent = 60) => ({
    name: 'predictive',
    start: (setting) => ({ decide: scaleAhead(setting, percent) }),
  }),
};

function scaleAhead(setting: Setting, percent: number): (seen: Seen) => number {
  const track = trackTarget(setting, percent);
  const forecast = new HourlyForecast();
  const value = (percent / 100) * setting.capacity;
  return (seen) => {
    const { at, minute, measuredMinute, demand } = seen;
    forecast.add(at - (minute - measuredMinute) * MINUTE, demand);
    return Math.max(track(seen), neededFor(forecast.loadAt(at), value, 0));
  };
}

/** The forecast that stands, as minutes come in. */
export class HourlyForecast {
  readonly #history = new HourlyLoad();
  #loads: readonly number[] = [];
  #from = -Infinity;

  /** @param at  when the minute began @param load  the whole group's; NaN where it is not known */
  add(at: Instant, load: number): void {
    this.#history.add(at, load);
  }

  /** The mean load to be ready for now: of this hour, or of the next one where that is near; 0 without a forecast. */
  loadAt(now: Instant): number {
    if (this.#history.length < LEAST_HISTORY) return 0;
    const hour = Math.floor(now / HOUR);
    if (hour >= this.#from + UPDATED_EVERY) this.#update(hour);
    const soon = Math.floor((now + PRE_LAUNCH * SECOND) / HOUR);
    return Math.max(this.#of(hour), this.#of(soon));
  }

  #update(hour: number): void {
    this.#from = hour - (hour % UPDATED_EVERY);
    this.#loads = Array.from({ length: AHEAD }, (_, ahead) =>
      forecastHour(this.#history, hour, this.#from + ahead),
    );
  }

  #of(hour: number): number {
    const load = this.#loads[hour - this.#from] ?? NaN;
    return Number.isNaN(load) ? 0 : load;
  }
}
