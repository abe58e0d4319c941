/** What generated loads are put together from. Times in minutes from the start, which is a Monday's midnight, UTC. */

export const HOUR = 60;
export const DAY = 24 * HOUR;

/** Uniform in [0, 1). */
export type Random = () => number;

/** Share of the day's top by the minute: two humps, the later one higher, over a base that never sleeps. */
export function dailyCurve(minute: number): number {
  const hour = (minute % DAY) / HOUR;
  return Math.min(1, 0.15 + 0.6 * hump(hour, 11, 3.2) + 0.85 * hump(hour, 19.5, 3));
}

function hump(hour: number, centre: number, width: number): number {
  const apart = Math.abs(hour - centre);
  return Math.exp(-((Math.min(apart, 24 - apart) / width) ** 2));
}

export function dayOfWeek(minute: number): number {
  return Math.floor(minute / DAY) % 7;
}

/** Noise that holds on for some minutes: mean 0, standard deviation `size`. */
export function heldNoise(random: Random, size: number, persistence = 0.8): () => number {
  const push = size * Math.sqrt(1 - persistence ** 2);
  let noise = 0;
  return () => {
    noise = persistence * noise + push * gaussian(random);
    return noise;
  };
}

/** Rises to 1 within `rise` minutes, then halves every `halfLife`. */
export function crowd(since: number, rise: number, halfLife: number): number {
  if (since < 0) return 0;
  return since < rise ? since / rise : 0.5 ** ((since - rise) / halfLife);
}

/** Box and Muller's normal deviate. */
export function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random();
}

/** Instants that come by chance, on average each `mean` minutes, and never closer than `least`. */
export function chanceTimes(random: Random, minutes: number, mean: number, least = 0): number[] {
  const times: number[] = [];
  for (let at = wait(); at < minutes; at += wait()) times.push(at);
  return times;

  function wait(): number {
    return Math.round(least - (mean - least) * Math.log(1 - random()));
  }
}
