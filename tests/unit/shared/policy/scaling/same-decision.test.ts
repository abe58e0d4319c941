import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../../../../shared/domain/index.ts';
import { idOfSame } from '../../../../../shared/policy/scaling/index.ts';
import { past, steady, world } from '../../../../support/world.ts';

const again = past(0, { action: 'scale-out', from: 4, to: 6 });
const recorded = (ago: number, change = {}) => past(ago, { action: 'scale-out', from: 4, to: 6, ...change });

describe('a change that was recorded and not carried out', () => {
  it('bears the same id where it is decided again', () => {
    const seen = world(4, steady(150), { history: [recorded(3 * MINUTE)] });
    expect(idOfSame(again, seen)).toBe(`decision-${3 * MINUTE}`);
  });

  it.each([
    ['has another aim', recorded(MINUTE, { to: 7 })],
    ['takes another instance', recorded(MINUTE, { victims: ['i-1'] })],
    ['is too old for its writer to be tried again', recorded(6 * MINUTE)],
    ['was carried out', recorded(MINUTE, { from: 3 })],
    ['was only thought of', recorded(MINUTE, { isShadow: true })],
  ])('does not where it %s', (_, decision) => {
    expect(idOfSame(again, world(4, steady(150), { history: [decision] }))).toBeUndefined();
  });

  it('nor where there is none', () => {
    expect(idOfSame(again, world(4, steady(150)))).toBeUndefined();
  });
});

describe('a scale-in that was broken off between two instances', () => {
  const whole = { action: 'scale-in', from: 6, to: 3, victims: ['i-1', 'i-2', 'i-3'] } as const;
  const rest = past(0, { action: 'scale-in', from: 5, to: 3, victims: ['i-2', 'i-3'] });
  const seen = (ago: number, desired = 5, change = {}) =>
    world(desired, steady(10), { history: [past(ago, { ...whole, ...change })] });

  it('is the same decision when the rest of them are taken in', () => {
    expect(idOfSame(rest, seen(12 * MINUTE))).toBe(`decision-${12 * MINUTE}`);
  });

  it.each([
    ['others are', past(0, { ...rest, victims: ['i-2', 'i-4'] }), seen(MINUTE)],
    ['it has another aim', past(0, { ...rest, to: 2 }), seen(MINUTE)],
    ['it had come to its end', past(0, { ...rest, victims: ['i-3'] }), seen(MINUTE, 3)],
    ['capacity has grown since', rest, seen(MINUTE, 7)],
    ['that was long ago', rest, seen(31 * MINUTE)],
  ])('and another where %s', (_, decision, found) => {
    expect(idOfSame(decision, found)).toBeUndefined();
  });
});
