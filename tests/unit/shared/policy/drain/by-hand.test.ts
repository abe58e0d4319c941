import { describe, expect, it } from 'vitest';
import type { ByHand } from '../../../../../shared/policy/drain/by-hand.ts';
import { objectionsTo } from '../../../../../shared/policy/drain/by-hand.ts';
import { group, instance } from '../../../../support/world.ts';

const usual = { isMarked: false, hasHook: true };
const says = (number: number, change = {}, of = group(4), known: ByHand = usual) =>
  objectionsTo(instance(number, change), of, known).map(
    ({ says: text, isFinal }) => `${isFinal ? '!' : ''}${text}`,
  );

describe('draining by hand', () => {
  it('is fine where others serve in the same zone', () => expect(says(0)).toEqual([]));

  it.each(['Standby', 'Pending:Wait', 'Detaching', 'Warmed:Stopped'])(
    'never takes an instance in %s',
    (lifecycle) => expect(says(0, { lifecycle })).toEqual([expect.stringMatching(/^!.*not in service/)]),
  );

  it('never takes a protected one, nor from a group that does not terminate', () => {
    expect(says(0, { isProtected: true })).toEqual([expect.stringMatching(/^!.*protected/)]);
    expect(says(0, {}, group(4, { suspendedProcesses: ['Terminate'] }))).toEqual([
      expect.stringMatching(/^!.*Terminate/),
    ]);
  });

  it('never takes one that has the tag of those that nobody is to touch, whatever that is called', () => {
    const marked = { ...usual, isMarked: true };
    expect(says(0, {}, group(4), marked)).toEqual([expect.stringMatching(/^!.*evenkeel:do-not-touch/)]);
    const fleet = { name: 'web', mode: 'active', doNotTouch: 'keep' } as const;
    expect(says(0, {}, group(4), { ...marked, fleet })).toEqual([expect.stringMatching(/^!.*tag keep:/)]);
  });

  it('asks before it terminates what nothing would drain', () => {
    expect(says(0, {}, group(4), { ...usual, hasHook: false })).toEqual([
      expect.stringMatching(/^web-group has no terminate hook/),
    ]);
    const shadow = { name: 'web', mode: 'shadow' } as const;
    expect(says(0, {}, group(4), { ...usual, fleet: shadow })).toEqual([
      'fleet web is in shadow mode, so Evenkeel would not drain it',
    ]);
    const paused = { name: 'web', mode: 'paused' } as const;
    expect(says(0, {}, group(4), { ...usual, fleet: paused })).toEqual([]);
  });

  it('asks before it takes the last of a zone, or of all', () => {
    expect(says(0, {}, group(2))).toEqual([expect.stringMatching(/^no other .*eu-central-1a$/)]);
    expect(says(0, {}, group(1))).toEqual([expect.stringMatching(/^no other instance of web-group serves$/)]);
  });

  it('asks for no other zone where there is one only', () => {
    const one = [instance(0), instance(2)];
    expect(says(0, {}, group(2, { instances: one }))).toEqual([]);
  });
});
