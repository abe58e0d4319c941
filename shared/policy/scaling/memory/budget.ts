import type { Instant } from '../../../domain/index.ts';
import { MINUTE } from '../../../domain/index.ts';

const HOUR = 60 * MINUTE;
const WEEK_OF_HOURS = 7 * 24;
/** For how long another signal may still say that a minute was a violation. */
const OPEN = 30 * MINUTE;

/** Violation minutes of the last week, the newest last. */
export interface BudgetBook {
  readonly hours: readonly Hour[];
  /** Minutes that another signal may still be late for. */
  readonly open: readonly JudgedMinute[];
}

/** `[hours since the epoch, minutes that were judged, violation minutes among them]` */
type Hour = readonly [hour: number, minutes: number, violations: number];

export interface JudgedMinute {
  readonly at: Instant;
  readonly isViolation: boolean;
}

export const EMPTY_BOOK: BudgetBook = { hours: [], open: [] };

/** What a budget has been spent. */
export interface Spent {
  readonly minutes: number;
  readonly violations: number;
  /** Of the minutes that were judged: 0 to 1. */
  readonly share: number;
}

/** A book with minutes entered, and how many of them it had not known. */
export interface Entered {
  readonly book: BudgetBook;
  readonly minutes: number;
  readonly violations: number;
}

/** Enters minutes, each once: it is a violation as soon as one signal says so. */
export function enter(book: BudgetBook, minutes: readonly JudgedMinute[]): Entered {
  return minutes.reduce(entered, { book, minutes: 0, violations: 0 });
}

function entered({ book: { hours, open }, minutes, violations }: Entered, minute: JudgedMinute): Entered {
  const known = open.find(({ at }) => at === minute.at);
  const newMinute = known === undefined ? 1 : 0;
  const newViolation = minute.isViolation && known?.isViolation !== true ? 1 : 0;
  const left = open.filter(({ at }) => at !== minute.at && minute.at - at < OPEN);
  const book = {
    open: [...left, { at: minute.at, isViolation: minute.isViolation || known?.isViolation === true }],
    hours: added(hours, Math.floor(minute.at / HOUR), newMinute, newViolation),
  };
  return { book, minutes: minutes + newMinute, violations: violations + newViolation };
}

function added(hours: readonly Hour[], hour: number, minutes: number, violations: number): readonly Hour[] {
  const [, before, violated] = hours.find(([one]) => one === hour) ?? [hour, 0, 0];
  const others = hours.filter(([one]) => one !== hour && hour - one < WEEK_OF_HOURS);
  return [...others, [hour, before + minutes, violated + violations]];
}

/** What was spent in the week before an instant. */
export function spent({ hours }: BudgetBook, now: Instant): Spent {
  const counting = hours.filter(([hour]) => Math.floor(now / HOUR) - hour < WEEK_OF_HOURS);
  const minutes = counting.reduce((sum, [, of]) => sum + of, 0);
  const violations = counting.reduce((sum, [, , of]) => sum + of, 0);
  return { minutes, violations, share: minutes === 0 ? 0 : violations / minutes };
}

/** A day at least has to be judged, and more than a few minutes be at stake, before a budget counts as overspent. */
const FEWEST_MINUTES = 24 * 60;
const FEWEST_VIOLATIONS = 15;
/** A budget is met in the mean, not in each week. */
const BEYOND = 1.5;

export function isOverspent({ minutes, violations, share }: Spent, budget: number): boolean {
  return minutes >= FEWEST_MINUTES && violations >= FEWEST_VIOLATIONS && share > BEYOND * budget;
}
