import { describe, expect, it } from 'vitest';
import { group, instance } from '../../support/world.ts';
import { isOfStage } from '../../../tools/cli/drains/account.ts';
import { leaving } from '../../../tools/cli/drains/leaving.ts';
import { asTable, inOrder, spanOf, viewOf as viewAt } from '../../../tools/cli/drains/present.ts';

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
const viewOf = (of: Parameters<typeof viewAt>[0], now = of.lookedAt) => viewAt(of, now);

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
    expect(inOrder(views).map((view) => view.instance)).toEqual(['old', 'new', 'ended']);
    const [one] = leaving(
      [group(1, { instances: [instance(0, { lifecycle: 'Terminating' })] })],
      new Set(),
      [],
    );
    expect(one === undefined ? [] : inOrder([one, ...views]).map((view) => view.instance)).toEqual([
      'old',
      'new',
      one?.instance,
      'ended',
    ]);
  });

  it('that nobody has looked at for minutes says so, unless it has ended', () => {
    const at = (minutes: number, end = {}) => viewOf({ ...drain, ...end }, drain.lookedAt + minutes * 60_000);
    expect(at(5).waitsFor).toEqual(['its drain command']);
    expect(at(6).waitsFor).toEqual(['no look for 6m00s: its execution may have ended', 'its drain command']);
    expect(at(600, { end: 'idle', waitsFor: [] }).waitsFor).toEqual([]);
  });

  it('says until when it can be held', () => {
    const held = { ...drain, orders: { isHeld: true }, latest: Date.UTC(2026, 2, 4) };
    expect(viewOf(held)).toMatchObject({ heldUntil: '2026-03-04T00:00:00Z' });
    expect(viewOf({ ...held, orders: {} })).not.toHaveProperty('heldUntil');
  });

  it.each([
    ['Terminating', 'its target groups to let it go; its drain begins after that'],
    ['Terminating:Wait', 'its drain to begin'],
    ['ReplacingRootVolume:Wait', 'its drain to begin'],
  ])('leaves before it drains, while it is %s', (lifecycle, waitsFor) => {
    const tags = { 'evenkeel:fleet': 'web' };
    const groups = [group(2, { tags, instances: [instance(0, { lifecycle }), instance(1)] })];
    const { id } = instance(0);
    const views = leaving(groups, new Set(), []);
    expect(views).toEqual([
      { instance: id, fleet: 'web', group: 'web-group', state: 'leaving', waitsFor: [waitsFor] },
    ]);
    expect(asTable(views)).toMatch(/ leaving +its /);
    expect(leaving(groups, new Set([id]), [])).toEqual([]);
  });

  it.each([
    ['a group of the stage', { 'aws:cloudformation:stack-name': 'evenkeel-prod' }, true],
    ['a group that was adopted', {}, true],
    ['a group of a stack of one’s own', { 'aws:cloudformation:stack-name': 'shop' }, true],
    ['a group of another stage', { 'aws:cloudformation:stack-name': 'evenkeel-dev' }, false],
  ])('is shown from the moment it leaves: of %s', (_, tags, isShown) =>
    expect(isOfStage({ tags }, { stage: 'prod' })).toBe(isShown),
  );

  it('is none where none drains', () => expect(asTable([])).toBe('no instance drains\n'));

  it.each([
    [45, '45s'],
    [200, '3m20s'],
    [3720, '1h02m'],
  ])('spans %i seconds as %s', (seconds, text) => expect(spanOf(seconds)).toBe(text));
});
