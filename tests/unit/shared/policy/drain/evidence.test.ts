import { describe, expect, it } from 'vitest';
import { busyAnswer, isOutOfRotation } from '../../../../../shared/policy/drain/evidence.ts';

const answer = (body: string, status = 200) => ({ status, body, detail: '/busy answered', isRefused: false });

describe('an application is idle', () => {
  it.each(['', '0', 'idle', ' 0\n', 'false', '{"busy":0}', '{"busy": false, "since": 3}'])(
    'by the answer %j',
    (body) => expect(busyAnswer(answer(body), false).isIdle).toBe(true),
  );

  it('when it has stopped listening after its drain command succeeded, not before', () => {
    const refused = { status: 0, body: '', detail: 'refused', isRefused: true };
    expect(busyAnswer(refused, true).isIdle).toBe(true);
    expect(busyAnswer(refused, false).isIdle).toBe(false);
  });
});

describe('a target', () => {
  it.each(['initial', 'healthy', 'unhealthy', 'draining', 'unhealthy.draining', 'unavailable'])(
    'that is %s may have requests',
    (state) => expect(isOutOfRotation(state)).toBe(false),
  );

  it('that is not registered, or in no rotation, has none', () =>
    expect([undefined, 'unused'].map(isOutOfRotation)).toEqual([true, true]));
});

describe('an application is not idle', () => {
  it.each(['1', 'busy', '{"busy":2}', '{"busy":true}', '{}', '{"busy"', 'null', '[]', '<html>'])(
    'by the answer %j',
    (body) => expect(busyAnswer(answer(body), false).isIdle).toBe(false),
  );

  it.each([404, 500, 503, 301, 0])('by status %i', (status) =>
    expect(busyAnswer(answer('0', status), true).isIdle).toBe(false),
  );

  it('and says with what it is busy', () =>
    expect(busyAnswer(answer('{"busy":2}'), false).detail).toBe('/busy answered: busy with 2'));
});
