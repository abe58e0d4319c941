import { HISTORY, type HourlyLoad } from './hourly-load.ts';

const DAY = 24;
const WEEK = 7 * DAY;

/** How much an hour counts against the one a day, or a week, later. */
const FADING = 0.9;

/**
 * The mean load that an hour is expected to have. AWS does not say how it forecasts, only from what: "metric data from
 * up to the past 14 days to identify patterns", by the day or by the week. This takes the same hour of the last days,
 * and the same hour of the last two weeks, half and half once there are both; what is newer counts more. Other ways to
 * weigh them (one pattern alone, or brought to the level of the last day) did no better for it on real loads.
 *
 * @param hour  since the epoch
 * @param now   the hour that is not complete yet
 * @returns NaN where nothing is known of such an hour
 */
export function forecastHour(history: HourlyLoad, now: number, hour: number): number {
  const daily = fadingMean(history, now, hour, DAY);
  const weekly = fadingMean(history, now, hour, WEEK);
  if (Number.isNaN(weekly)) return daily;
  return Number.isNaN(daily) ? weekly : (daily + weekly) / 2;
}

/** Of all complete hours that are whole cycles before an hour. */
function fadingMean(history: HourlyLoad, now: number, hour: number, cycle: number): number {
  let sum = 0;
  let weights = 0;
  let weight = 1;
  for (let past = hour - cycle; past >= now - HISTORY; past -= cycle) {
    const load = past < now ? history.of(past) : NaN;
    if (Number.isNaN(load)) continue;
    sum += weight * load;
    weights += weight;
    weight *= FADING;
  }
  return weights === 0 ? NaN : sum / weights;
}
