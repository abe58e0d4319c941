import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isImageToBlame,
  isRefreshOver,
  refreshPreferences,
  templateToken,
} from '../../../../../shared/policy/refresh/plan.ts';

const policy = { parameter: '/ami', minHealthyPercentage: 50, maxHealthyPercentage: 110, bake: 0 };

describe('how a refresh replaces instances', () => {
  it.each([0, 1])('launches first in a group of %d', (desired) => {
    expect(refreshPreferences(policy, { desired })).toEqual({
      minHealthyPercentage: 100,
      maxHealthyPercentage: 200,
    });
  });

  it('follows the fleet in a larger one', () => {
    expect(refreshPreferences(policy, { desired: 2 })).toEqual({
      minHealthyPercentage: 50,
      maxHealthyPercentage: 110,
    });
  });
});

describe("a template version's token", () => {
  it('is the same for every try, and another for another image, fleet or source', () => {
    const token = templateToken('web', 'ami-1', '3');
    expect(templateToken('web', 'ami-1', '3')).toBe(token);
    const others = [
      templateToken('web', 'ami-2', '3'),
      templateToken('api', 'ami-1', '3'),
      templateToken('web', 'ami-1', '4'),
    ];
    expect(new Set([token, ...others]).size).toBe(4);
  });

  it('fits, whatever the name of the fleet', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (fleet) => {
        const token = templateToken(fleet, 'ami-0123456789abcdef0', '10000');
        return token.length <= 128 && token.endsWith('ami-0123456789abcdef0-10000');
      }),
    );
  });
});

describe("a refresh's status", () => {
  it.each(['Pending', 'InProgress', 'Baking', 'Cancelling', 'RollbackInProgress'])(
    '%s is watched on',
    (status) => {
      expect(isRefreshOver(status)).toBe(false);
    },
  );

  it.each([
    ['Successful', false],
    ['Cancelled', false],
    ['Failed', true],
    ['RollbackSuccessful', true],
    ['RollbackFailed', true],
  ])('%s is final; the image is to blame: %s', (status, isToBlame) => {
    expect(isRefreshOver(status)).toBe(true);
    expect(isImageToBlame(status)).toBe(isToBlame);
  });
});
