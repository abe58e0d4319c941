import { daily } from './days.ts';
import type { GeneratedLoad } from './load.ts';
import { noisy, TOP } from './load.ts';
import type { Random } from './shapes.ts';
import { between, chanceTimes, crowd, DAY, HOUR } from './shapes.ts';

/** Loads in which something comes at once. */

export const flashCrowd: GeneratedLoad = {
  name: 'flash-crowd',
  describes: 'a usual day, and every other day a crowd that comes within minutes',
  days: 14,
  start(random, minutes) {
    const usual = daily.start(random, minutes);
    const crowds = chanceTimes(random, minutes, 2 * DAY, 4 * HOUR).map((at) => ({
      at,
      size: TOP * between(random, 0.4, 1.2),
      rise: between(random, 3, 12),
      halfLife: between(random, 10, 40),
    }));
    return (minute) =>
      crowds.reduce(
        (load, { at, size, rise, halfLife }) => load + size * crowd(minute - at, rise, halfLife),
        usual(minute),
      );
  },
};

export const outageAndReturn: GeneratedLoad = {
  name: 'outage-and-return',
  describes: 'a usual day; now and then nothing arrives for an hour, and then all that has waited',
  days: 14,
  start(random, minutes) {
    const usual = daily.start(random, minutes);
    const outages = chanceTimes(random, minutes, 3 * DAY, 12 * HOUR).map((from) => ({
      from,
      to: from + Math.round(between(random, 20, 90)),
      surge: between(random, 0.3, 0.8),
    }));
    let at = 0;
    return (minute) => {
      while (minute >= (outages[at + 1]?.from ?? Infinity)) at++;
      const { from = Infinity, to = Infinity, surge = 0 } = outages[at] ?? {};
      const load = usual(minute);
      if (minute < from) return load;
      return minute < to ? 0 : load * (1 + surge * crowd(minute - to, 2, 15));
    };
  },
};

export const batchSpikes: GeneratedLoad = {
  name: 'batch-spikes',
  describes: 'jobs each hour, larger ones each sixth, that start at once and end a quarter of an hour later',
  days: 14,
  start: noisy(0.05, (random, minutes) => {
    const jobs = Array.from({ length: Math.ceil(minutes / HOUR) }, (_, hour) => ({
      from: hour * HOUR + Math.floor(between(random, 0, 3)),
      length: between(random, 8, 18),
      size: TOP * (hour % 6 === 0 ? between(random, 0.7, 1) : between(random, 0.25, 0.4)),
    }));
    return (minute) => {
      const job = jobs[Math.floor(minute / HOUR)];
      const isOn = job !== undefined && minute >= job.from && minute < job.from + job.length;
      return 0.12 * TOP + (isOn ? job.size : 0);
    };
  }),
};

const LONGEST_BURST = 25;

export const bursts: GeneratedLoad = {
  name: 'bursts',
  describes: 'a low base with bursts of some minutes, some of them huge, that nobody can foresee',
  days: 14,
  start: noisy(0.08, (random, minutes) => {
    const arrivals = chanceTimes(random, minutes, 100, 5).map((at) => burstAt(at, random));
    let first = 0;
    return (minute) => {
      while (first < arrivals.length && (arrivals[first]?.at ?? 0) + LONGEST_BURST <= minute) first++;
      let size = 0;
      for (let i = first; (arrivals[i]?.at ?? Infinity) <= minute; i++) {
        const burst = arrivals[i];
        if (burst !== undefined && minute < burst.at + burst.length) size += burst.size;
      }
      return 0.25 * TOP * (1 + size);
    };
  }),
};

function burstAt(at: number, random: Random) {
  return {
    at,
    // Pareto's: few are large, and those carry most of the load.
    size: Math.min(8, 0.25 / (1 - random()) ** (1 / 1.6)),
    length: between(random, 2, LONGEST_BURST),
  };
}
