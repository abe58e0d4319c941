import {
  between,
  chanceTimes,
  crowd,
  dailyCurve,
  DAY,
  dayOfWeek,
  gaussian,
  heldNoise,
  HOUR,
} from './shapes.ts';
import type { Random } from './shapes.ts';

/** A load that chance makes, the same for the same seed. */
export interface GeneratedLoad {
  readonly name: string;
  readonly describes: string;
  readonly days: number;
  /** @returns the load of a minute, asked for each minute in turn; requests, the usual top of a day about 1,000 */
  start(random: Random, minutes: number): (minute: number) => number;
}

const TOP = 1000;
const USUAL_NOISE = 0.04;

const daily: GeneratedLoad = {
  name: 'daily',
  describes: 'the same day again and again, with noise',
  days: 14,
  start(random) {
    const noise = heldNoise(random, USUAL_NOISE);
    return (minute) => TOP * dailyCurve(minute) * (1 + noise());
  },
};

const weekly: GeneratedLoad = {
  name: 'weekly',
  describes: 'busy from Monday to Friday, quiet at the weekend',
  days: 28,
  start(random) {
    const noise = heldNoise(random, USUAL_NOISE);
    const share = [1, 1, 0.98, 1, 0.9, 0.4, 0.3];
    return (minute) => TOP * (share[dayOfWeek(minute)] ?? 1) * dailyCurve(minute) * (1 + noise());
  },
};

const flashCrowd: GeneratedLoad = {
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

const step: GeneratedLoad = {
  name: 'step',
  describes: 'stands at a level for hours, then at another from one minute to the next',
  days: 14,
  start(random, minutes) {
    const noise = heldNoise(random, 0.02);
    const changes = [0, ...chanceTimes(random, minutes, 18 * HOUR, 3 * HOUR)];
    const levels = changes.map(() => TOP * between(random, 0.2, 1));
    let at = 0;
    return (minute) => {
      while ((changes[at + 1] ?? Infinity) <= minute) at++;
      return (levels[at] ?? 0) * (1 + noise());
    };
  },
};

const ramp: GeneratedLoad = {
  name: 'ramp',
  describes: 'rises and falls in straight lines, each for hours, to levels that chance chooses',
  days: 14,
  start(random, minutes) {
    const noise = heldNoise(random, 0.03);
    const turns = [0, ...chanceTimes(random, minutes, 7 * HOUR, HOUR), minutes];
    const levels = turns.map(() => TOP * between(random, 0.15, 1));
    let at = 0;
    return (minute) => {
      while ((turns[at + 1] ?? Infinity) <= minute) at++;
      const from = turns[at] ?? 0;
      const way = (minute - from) / Math.max(1, (turns[at + 1] ?? minutes) - from);
      const [low = 0, high = low] = [levels[at], levels[at + 1]];
      return (low + way * (high - low)) * (1 + noise());
    };
  },
};

const batchSpikes: GeneratedLoad = {
  name: 'batch-spikes',
  describes: 'jobs each hour, larger ones each sixth, that start at once and end a quarter of an hour later',
  days: 14,
  start(random, minutes) {
    const noise = heldNoise(random, 0.05);
    const jobs = Array.from({ length: Math.ceil(minutes / HOUR) }, (_, hour) => ({
      from: hour * HOUR + Math.floor(between(random, 0, 3)),
      length: between(random, 8, 18),
      size: TOP * (hour % 6 === 0 ? between(random, 0.7, 1) : between(random, 0.25, 0.4)),
    }));
    return (minute) => {
      const job = jobs[Math.floor(minute / HOUR)];
      const isOn = job !== undefined && minute >= job.from && minute < job.from + job.length;
      return (0.12 * TOP + (isOn ? job.size : 0)) * (1 + noise());
    };
  },
};

const launchDay: GeneratedLoad = {
  name: 'launch-day',
  describes: 'a quiet site, then on the eighth day an audience of eight times that, of which a part stays',
  days: 21,
  start(random) {
    const noise = heldNoise(random, USUAL_NOISE);
    const launch = 7 * DAY + 9 * HOUR + Math.floor(between(random, 0, 4 * HOUR));
    return (minute) => {
      const audience = 7 * crowd(minute - launch, 25, 1.5 * DAY) + (minute > launch ? 1 : 0);
      return (TOP / 8) * dailyCurve(minute) * (1 + audience) * (1 + noise());
    };
  },
};

const slowGrowth: GeneratedLoad = {
  name: 'slow-growth',
  describes: 'a usual week that grows by three percent a day',
  days: 28,
  start(random, minutes) {
    const usual = weekly.start(random, minutes);
    return (minute) => usual(minute) * 1.03 ** (minute / DAY);
  },
};

const regimeChange: GeneratedLoad = {
  name: 'regime-change',
  describes: 'after two weeks another day: eight hours later, half as high again, and noisier',
  days: 28,
  start(random) {
    const before = heldNoise(random, USUAL_NOISE);
    const after = heldNoise(random, 2 * USUAL_NOISE);
    return (minute) =>
      minute < 14 * DAY
        ? TOP * dailyCurve(minute) * (1 + before())
        : 1.5 * TOP * dailyCurve(minute + 16 * HOUR) * (1 + after());
  },
};

const noise: GeneratedLoad = {
  name: 'noise',
  describes: 'no pattern: noise that holds on for an hour, and noise that does not',
  days: 14,
  start(random) {
    const slow = heldNoise(random, 0.45, 0.985);
    return () => 0.3 * TOP * Math.exp(slow() + 0.12 * gaussian(random));
  },
};

const outageAndReturn: GeneratedLoad = {
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

const bursts: GeneratedLoad = {
  name: 'bursts',
  describes: 'a low base with bursts of some minutes, some of them huge, that nobody can foresee',
  days: 14,
  start(random, minutes) {
    const held = heldNoise(random, 0.08);
    const arrivals = chanceTimes(random, minutes, 100, 5).map((at) => ({
      at,
      // Pareto's: few are large, and those carry most of the load.
      size: Math.min(8, 0.25 / (1 - random()) ** (1 / 1.6)),
      length: between(random, 2, 25),
    }));
    let first = 0;
    return (minute) => {
      while (first < arrivals.length && (arrivals[first]?.at ?? 0) + 25 <= minute) first++;
      let size = 0;
      for (let i = first; (arrivals[i]?.at ?? Infinity) <= minute; i++) {
        const burst = arrivals[i];
        if (burst !== undefined && minute < burst.at + burst.length) size += burst.size;
      }
      return 0.25 * TOP * (1 + held()) * (1 + size);
    };
  },
};

export const GENERATED: readonly GeneratedLoad[] = [
  daily,
  weekly,
  flashCrowd,
  step,
  ramp,
  batchSpikes,
  launchDay,
  slowGrowth,
  regimeChange,
  noise,
  outageAndReturn,
  bursts,
];
