import type { Instant } from '../../../shared/domain/index.ts';
import { MINUTE } from '../../../shared/domain/index.ts';

/** A value that is off by less, as a share of the step between ticks, is on its tick. */
const ROUNDING = 1e-6;

/** Round values from 0 on, five at the most, the last at or below `most`. */
export function roundTicks(most: number): readonly number[] {
  return ticksBetween(0, most);
}

/** Round values within a range, five at the most. */
export function ticksBetween(least: number, most: number): readonly number[] {
  if (!(most > least)) return [least];
  const raw = (most - least) / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10);
  const ticks = [];
  for (let count = Math.ceil(least / step); count * step <= most + step * ROUNDING; count++)
    ticks.push(Number((count * step).toPrecision(12)));
  return ticks;
}

export interface TimeTick {
  readonly at: Instant;
  readonly text: string;
}

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  HOUR / 4,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  28 * DAY,
  84 * DAY,
];

/** Instants on whole hours or days (UTC), `about` of them. */
export function timeTicks(from: Instant, to: Instant, about: number): readonly TimeTick[] {
  const step = STEPS.find((each) => (to - from) / each <= about) ?? 364 * DAY;
  const ticks = [];
  for (let at = Math.ceil(from / step) * step; at < to; at += step) {
    const date = new Date(at);
    const day = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
    const time = date.toISOString().slice(11, 16);
    ticks.push({ at, text: at % DAY === 0 ? day : time });
  }
  return ticks;
}

/** `Tue 3 Mar 2026, 08:00` */
export function instantText(at: Instant): string {
  const date = new Date(at);
  const day = date.toLocaleDateString('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  });
  return `${day}, ${date.toISOString().slice(11, 16)}`;
}
