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
