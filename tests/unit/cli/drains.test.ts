import { describe, expect, it } from 'vitest';
import { asTable, inOrder, spanOf, viewOf } from '../../../tools/cli/drains/present.ts';

const drain = {
  instance: 'i-1',
  fleet: 'web',
  group: 'web-group',
  execution: 'one',
  startedAt: Date.UTC(2026, 2, 2, 7),
  lookedAt: Date.UTC(2026, 2, 2, 7, 3),
  deadline: Date.UTC(2026, 2, 2, 7, 15),
  waitsFor: ['its drain command'],
  orders: {},
};

describe('a drain as an operator sees it', () => {
  it('goes on until its deadline', () =>
    expect(viewOf(drain)).toMatchObject({ state: 'draining', elapsedSeconds: 180, leftSeconds: 720 }));

  it('has no deadline while somebody holds it', () => {
    const view = viewOf({ ...drain, orders: { isHeld: true, by: 'me' } });
    expect(view).toMatchObject({ state: 'held', heldBy: 'me' });
    expect(view).not.toHaveProperty('leftSeconds');
    expect(asTable([view])).toMatch(/held +3m00s +held by me; its drain command$/m);
  });

  it('that has ended is not held any more, and says how it ended', () => {
    const view = viewOf({
      ...drain,
      waitsFor: [],
      end: 'deadline',
      orders: { isHeld: true },
      command: { progress: 'failed', exitCode: 3 },
    });
    expect(view).toMatchObject({ state: 'ended', end: 'deadline' });
    expect(asTable([view])).toMatch(/deadline .*its command exited with 3/);
  });

  it('comes before those that have ended, the longest first', () => {
    const views = [
      { ...drain, instance: 'ended', end: 'idle', startedAt: 0 },
      { ...drain, instance: 'new', startedAt: drain.startedAt + 1000 },
      { ...drain, instance: 'old' },
    ].map(viewOf);
    expect(inOrder(views).map(({ instance }) => instance)).toEqual(['old', 'new', 'ended']);
  });

  it('is none where none drains', () => expect(asTable([])).toBe('no instance drains\n'));

  it.each([
    [45, '45s'],
    [200, '3m20s'],
    [3720, '1h02m'],
  ])('spans %i seconds as %s', (seconds, text) => expect(spanOf(seconds)).toBe(text));
});
