import { describe, expect, it } from 'vitest';
import { objectionsTo } from '../../../../../shared/policy/drain/by-hand.ts';
import { group, instance } from '../../../../support/world.ts';

const says = (number: number, change = {}, of = group(4)) =>
  objectionsTo(instance(number, change), of).map(({ says: text, isFinal }) => `${isFinal ? '!' : ''}${text}`);

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

  it('asks before it takes the last of a zone, or of all', () => {
    expect(says(0, {}, group(2))).toEqual([expect.stringMatching(/^no other .*eu-central-1a$/)]);
    expect(says(0, {}, group(1))).toEqual([expect.stringMatching(/^no other instance of web-group serves$/)]);
  });

  it('asks for no other zone where there is one only', () => {
    const one = [instance(0), instance(2)];
    expect(says(0, {}, group(2, { instances: one }))).toEqual([]);
  });
});
