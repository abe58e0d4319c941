import * as z from 'zod';
import type { Seconds } from '../domain/index.ts';

const SPAN = /^(?=\d)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;
const SHARE = /^(\d+(?:\.\d+)?)%$/;

/** @returns the seconds of a span such as `30m` or `1h30m`, NaN for any other text */
export function secondsOf(text: string): Seconds {
  const [matched, days = '0', hours = '0', minutes = '0', seconds = '0'] = SPAN.exec(text) ?? [];
  if (matched === undefined) return NaN;
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
}

/** @returns 0.1 for `10%`, NaN for what is not a percentage */
export function shareOf(text: string): number {
  return Number(SHARE.exec(text)?.[1] ?? NaN) / 100;
}

/** A span of time between two others, all written as people do: `span('10s', '2h')`. Seconds once it is parsed. */
export function span(least: string, most: string) {
  const error = `write a span of time from ${least} to ${most}, such as 90s, 5m or 1h30m`;
  const [low, high] = [secondsOf(least), secondsOf(most)];
  return z
    .string({ error })
    .regex(SPAN, { error, abort: true })
    .refine((text) => secondsOf(text) >= low && secondsOf(text) <= high, { error })
    .transform(secondsOf);
}

/** A share between two others in percent, `10%`. A fraction of one once it is parsed: 0.1. */
export function share(least: number, most: number) {
  const error = `write a percentage from ${least}% to ${most}%, such as 10%`;
  return z
    .string({ error })
    .regex(SHARE, { error, abort: true })
    .refine((text) => shareOf(text) * 100 >= least && shareOf(text) * 100 <= most, { error })
    .transform(shareOf);
}
