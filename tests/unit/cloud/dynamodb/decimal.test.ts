import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addNumbers,
  compareNumbers,
  normalizeNumber,
  subtractNumbers,
} from '../../../../tools/cloud/services/dynamodb/decimal.ts';

/** Hundredths, so that sums can be checked exactly in integers. */
const hundredths = fc.integer({ min: -1e9, max: 1e9 });
const text = (n: number) =>
  `${n < 0 ? '-' : ''}${Math.floor(Math.abs(n) / 100)}.${String(Math.abs(n) % 100).padStart(2, '0')}`;

describe('numbers', () => {
  it.each([
    ['1.50', '1.5'],
    ['-0', '0'],
    ['007', '7'],
    ['1E3', '1000'],
    ['-12.3e-4', '-0.00123'],
    ['.5', '0.5'],
    ['12345678901234567890123456789012345678', '12345678901234567890123456789012345678'],
  ])('%s is %s', (given, expected) => {
    expect(normalizeNumber(given)).toBe(expected);
  });

  it.each([
    ['abc', 'cannot be converted to a numeric value'],
    ['', 'cannot be converted to a numeric value'],
    ['.', 'cannot be converted to a numeric value'],
    ['NaN', 'cannot be converted to a numeric value'],
    ['1e126', 'Number overflow'],
    ['1e-131', 'Number underflow'],
    ['123456789012345678901234567890123456789', 'more than 38 significant digits'],
  ])('%j is refused', (given, message) => {
    expect(() => normalizeNumber(given)).toThrow(message);
  });

  it('add and subtract exactly, where floating point would not', () => {
    expect(addNumbers('0.1', '0.2')).toBe('0.3');
    fc.assert(
      fc.property(hundredths, hundredths, (a, b) => {
        expect(addNumbers(text(a), text(b))).toBe(normalizeNumber(text(a + b)));
        expect(subtractNumbers(text(a), text(b))).toBe(normalizeNumber(text(a - b)));
      }),
    );
  });

  it('compare by value, at any length', () => {
    fc.assert(
      fc.property(hundredths, hundredths, (a, b) => {
        expect(Math.sign(compareNumbers(text(a), text(b)))).toBe(Math.sign(a - b));
      }),
    );
    expect(compareNumbers('12345678901234567890.1', '12345678901234567890.2')).toBeLessThan(0);
  });
});
