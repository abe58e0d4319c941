import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alarm } from '../../../../tools/backtest/policies/aws/alarm.ts';

/** Whether an alarm above 10 stands after each value. */
const standing = (periods: number, values: readonly number[]) => {
  const watching = alarm(periods, (value) => value > 10);
  return values.map((value) => watching.see(value));
};

describe('an alarm of three periods', () => {
  it('stands from the third breach in a row until the first value that does not breach', () => {
    expect(standing(3, [11, 11, 11, 11, 10, 11])).toEqual([false, false, true, true, false, false]);
  });

  it('looks two periods further back for what is missing', () => {
    expect(standing(3, [11, NaN, 11, NaN, 11]).at(-1)).toBe(true);
    expect(standing(3, [11, NaN, 11, 11, NaN, 11]).slice(-2)).toEqual([true, true]);
  });

  it('is raised by fewer breaches only where they have lasted as long as it is', () => {
    expect(standing(3, [11, 11, NaN]).at(-1)).toBe(true);
    expect(standing(3, [11, 11]).at(-1)).toBe(false);
  });

  it('is ended by one value that does not breach among too few', () => {
    expect(standing(3, [11, 11, 11, NaN, NaN, NaN, 9]).at(-1)).toBe(false);
  });

  it('does nothing once nothing is known any more', () => {
    expect(standing(3, [11, 11, 11, NaN, NaN, NaN, NaN, NaN]).slice(-2)).toEqual([true, false]);
  });

  it('keeps its state while the little that is known is too new to say', () => {
    expect(standing(3, [11, 11, 11, NaN, NaN, NaN, NaN, 11]).slice(-2)).toEqual([true, true]);
    expect(standing(3, [9, 9, 9, NaN, NaN, NaN, NaN, NaN, 11]).at(-1)).toBe(false);
  });

  it('hands on the newest value there was', () => {
    const watching = alarm(2, (value) => value > 10);
    expect(watching.last).toBeNaN();
    for (const value of [12, 13, NaN]) watching.see(value);
    expect(watching.last).toBe(13);
  });
});

it('an alarm without gaps stands when all of its last values breach, and only then', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 16 }),
      fc.array(fc.integer({ min: 0, max: 20 })),
      (periods, values) => {
        const expected = values.map(
          (_, index) =>
            index + 1 >= periods && values.slice(index + 1 - periods, index + 1).every((value) => value > 10),
        );
        expect(standing(periods, values)).toEqual(expected);
      },
    ),
  );
});
