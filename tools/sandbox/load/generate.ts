import type { Trace, TracePoint } from './trace.ts';

const MINUTE = 60_000;
const DAY_MINUTES = 1440;

/**
 * A day of a web site, requests a second a minute: quiet nights, a morning's rise, a busy evening, noise that holds
 * on for a few minutes, and a flash crowd that arrives within minutes and fades within an hour.
 *
 * @param start   first minute, milliseconds since the epoch
 * @param peak    the evening's top, without noise and crowd
 * @param random  uniform in [0, 1): the seed of the run
 */
export function generateDay(start: number, peak: number, random: () => number): Trace {
  const crowd = { minute: 480 + Math.floor(random() * 240), size: peak * (0.5 + 0.3 * random()) };
  let noise = 0;
  const points = Array.from({ length: DAY_MINUTES }, (_, minute): TracePoint => {
    noise = 0.8 * noise + 0.04 * gaussian(random);
    const hour = (new Date(start).getUTCHours() + minute / 60) % 24;
    const load = peak * dailyCurve(hour) * (1 + noise) + crowd.size * crowdShape(minute - crowd.minute);
    return { at: start + minute * MINUTE, value: Math.max(0, Math.round(load * 10) / 10) };
  });
  return { name: 'a generated day', points };
}

/** Share of the day's peak at an hour: two humps, the second higher, over a base that never sleeps. */
function dailyCurve(hour: number): number {
  const hump = (centre: number, width: number) => {
    const distance = Math.min(Math.abs(hour - centre), 24 - Math.abs(hour - centre));
    return Math.exp(-((distance / width) ** 2));
  };
  return Math.min(1, 0.12 + 0.62 * hump(11, 3.2) + 0.88 * hump(19.5, 3));
}

/** Rises within six minutes, then halves every twelve. */
function crowdShape(minutesSince: number): number {
  if (minutesSince < 0) return 0;
  return minutesSince < 6 ? minutesSince / 6 : 0.5 ** ((minutesSince - 6) / 12);
}

/** Box and Muller's normal deviate. */
function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
