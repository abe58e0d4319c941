import { InvalidArgumentError } from 'commander';
import { secondsOf, shareOf } from '../../../shared/config/quantities.ts';

const MONTH = 31 * 24 * 60 * 60;

/** @returns seconds, of `180`, `180s`, `3m` or `1h30m` */
export function span(text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : secondsOf(text);
  if (!(seconds >= 0 && seconds <= MONTH))
    throw new InvalidArgumentError('Write a span of time up to 31 days, such as 180, 90s or 3m.');
  return seconds;
}

/** @returns a reader of shares, written `1%` or `0.01` */
export function share(least: number, most: number) {
  return (text: string): number => {
    const value = text.endsWith('%') ? shareOf(text) : numberOf(text);
    if (!(value >= least && value <= most))
      throw new InvalidArgumentError(
        `Write a share from ${100 * least}% to ${100 * most}%, such as 1% or 0.01.`,
      );
    return value;
  };
}

export function positive(text: string): number {
  const value = numberOf(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('Write a number above 0.');
  return value;
}

export function notNegative(text: string): number {
  const value = numberOf(text);
  if (!(value >= 0 && Number.isFinite(value)))
    throw new InvalidArgumentError('Write a number from 0 on, such as 0.0192.');
  return value;
}

/** @returns a reader of whole numbers */
export function whole(least: number, most = 1_000_000) {
  return (text: string): number => {
    const value = numberOf(text);
    if (!Number.isInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(`Write a whole number from ${least} to ${most}.`);
    return value;
  };
}

function numberOf(text: string): number {
  return text.trim() === '' ? NaN : Number(text);
}
