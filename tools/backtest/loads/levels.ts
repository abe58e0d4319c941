import type { GeneratedLoad, Start } from './load.ts';
import { noisy, TOP } from './load.ts';
import type { Random } from './shapes.ts';
import { between, chanceTimes, gaussian, heldNoise, HOUR } from './shapes.ts';

/** Loads that know no day: levels that chance chooses. */

export const step: GeneratedLoad = {
  name: 'step',
  describes: 'stands at a level for hours, then at another from one minute to the next',
  days: 14,
  start: noisy(
    0.02,
    stretches(
      (random, minutes) => chanceTimes(random, minutes, 18 * HOUR, 3 * HOUR),
      0.2,
      ({ level }) => level,
    ),
  ),
};

export const ramp: GeneratedLoad = {
  name: 'ramp',
  describes: 'rises and falls in straight lines, each for hours, to levels that chance chooses',
  days: 14,
  start: noisy(
    0.03,
    stretches(
      (random, minutes) => [...chanceTimes(random, minutes, 7 * HOUR, HOUR), minutes],
      0.15,
      ({ level, next, way }) => level + way * (next - level),
    ),
  ),
};

export const noise: GeneratedLoad = {
  name: 'noise',
  describes: 'no pattern: noise that holds on for an hour, and noise that does not',
  days: 14,
  start(random) {
    const slow = heldNoise(random, 0.45, 0.985);
    return () => 0.3 * TOP * Math.exp(slow() + 0.12 * gaussian(random));
  },
};

/** Where a minute lies: the level its stretch begins at, the one the next begins at, and the share that is over. */
interface Place {
  readonly level: number;
  readonly next: number;
  readonly way: number;
}

/**
 * Stretches of time, each with a level from where it begins.
 *
 * @param ends  when all but the last end, in minutes from the start
 * @param lowest  the least level, as a share of the top
 */
function stretches(
  ends: (random: Random, minutes: number) => readonly number[],
  lowest: number,
  load: (place: Place) => number,
): Start {
  return (random, minutes) => {
    const turns = [0, ...ends(random, minutes)];
    const levels = turns.map(() => TOP * between(random, lowest, 1));
    let at = 0;
    return (minute) => {
      while ((turns[at + 1] ?? Infinity) <= minute) at++;
      const [from = 0, to = minutes] = [turns[at], turns[at + 1]];
      const [level = 0, next = level] = [levels[at], levels[at + 1]];
      return load({ level, next, way: (minute - from) / Math.max(1, to - from) });
    };
  };
}
