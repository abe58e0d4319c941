import type { Instant } from '../../../domain/index.ts';
import { MINUTE } from '../../../domain/index.ts';
import type { Harm } from './fit.ts';
import { knee } from './fit.ts';
import type { Point } from './points.ts';
import { median } from './robust.ts';

/** The load above which instances were slow or failed. It is kept in mind when they are not led there again. */
export interface Ceiling {
  readonly at: Instant;
  readonly by: Harm;
  readonly load: number;
  readonly limit: number;
}

/** For how long a ceiling is kept in mind, and how many minutes so far above it lift it if they did no harm. */
const CEILING = { kept: 14 * 24 * 60 * MINUTE, lifted: 1.1, minutes: 10 };

/** The least ceiling that points show, else the one that is known, unless greater loads have done no harm since. */
export function ceilingOf(
  points: readonly Point[],
  known: Ceiling | undefined,
  now: Instant,
): Ceiling | undefined {
  const shown = (['latency', 'errors'] as const)
    .flatMap((by) => {
      const found = knee(points, by);
      return found === undefined ? [] : [{ at: now, by, ...found }];
    })
    .toSorted((one, other) => one.load - other.load)[0];
  if (shown !== undefined || known === undefined) return shown;
  return now - known.at > CEILING.kept || isLifted(known, points) ? undefined : known;
}

function isLifted({ at, by, load, limit }: Ceiling, points: readonly Point[]): boolean {
  const beyond = points.filter((point) => point.at > at && point.load > load * CEILING.lifted);
  return beyond.length >= CEILING.minutes && median(beyond.map((point) => point[by] ?? 0)) <= limit;
}
