import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../../../../../shared/domain/index.ts';
import type { BudgetBook } from '../../../../../../shared/policy/scaling/memory/budget.ts';
import {
  EMPTY_BOOK,
  enter,
  isOverspent,
  spent,
} from '../../../../../../shared/policy/scaling/memory/budget.ts';
import { NOW } from '../../../../../support/world.ts';

const DAY = 24 * 60;
/** So many minutes before NOW, of which the first are violations. */
const minutes = (count: number, violations: number, endedAgo = 0) =>
  Array.from({ length: count }, (_, index) => ({
    at: NOW - (endedAgo + count - index) * MINUTE,
    isViolation: index < violations,
  }));
const bookOf = (...entries: ReturnType<typeof minutes>[]): BudgetBook =>
  entries.reduce((book, some) => enter(book, some).book, EMPTY_BOOK);

describe('the book of violation minutes', () => {
  it('counts each minute once, whoever tells of it again', () => {
    const some = minutes(20, 5);
    const once = enter(EMPTY_BOOK, some);
    expect(once).toMatchObject({ minutes: 20, violations: 5 });
    expect(enter(once.book, some)).toMatchObject({ minutes: 0, violations: 0 });
    expect(spent(once.book, NOW)).toEqual({ minutes: 20, violations: 5, share: 0.25 });
  });

  it('takes a minute for a violation as soon as one signal says so, once', () => {
    const { book } = enter(EMPTY_BOOK, minutes(10, 0));
    const second = enter(book, minutes(10, 10));
    expect(second).toMatchObject({ minutes: 0, violations: 10 });
    expect(enter(second.book, minutes(10, 10))).toMatchObject({ violations: 0 });
    expect(enter(second.book, minutes(10, 0)).violations).toBe(0);
    expect(spent(second.book, NOW)).toMatchObject({ minutes: 10, violations: 10 });
  });

  it('forgets what is older than a week, and stays small', () => {
    const book = bookOf(minutes(DAY, 100, 8 * DAY), minutes(9 * DAY, 0));
    // By whole hours, of which the one that runs has not begun to be counted.
    expect(spent(book, NOW)).toMatchObject({ minutes: 7 * DAY - 60, violations: 0 });
    expect(JSON.stringify(book).length).toBeLessThan(6000);
  });
});

describe('a budget is overspent', () => {
  const isOver = (count: number, violations: number) =>
    isOverspent(spent(bookOf(minutes(count, violations)), NOW), 0.01);

  it('from half as much again as is allowed on', () => {
    expect(isOver(2 * DAY, 43)).toBe(false);
    expect(isOver(2 * DAY, 44)).toBe(true);
  });

  it('not before a day, nor by a handful of minutes', () => {
    expect(isOver(DAY - 1, 500)).toBe(false);
    expect(isOverspent({ minutes: DAY, violations: 14, share: 14 / DAY }, 0.001)).toBe(false);
    expect(isOverspent({ minutes: DAY, violations: 15, share: 15 / DAY }, 0.001)).toBe(true);
  });

  it('never where nothing was judged', () => {
    expect(isOverspent(spent(EMPTY_BOOK, NOW), 0.01)).toBe(false);
  });
});
