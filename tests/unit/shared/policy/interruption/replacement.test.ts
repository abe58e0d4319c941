import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GroupInstance } from '../../../../../shared/domain/index.ts';
import { isComing, weightOf } from '../../../../../shared/domain/index.ts';
import {
  isMadeUpFor,
  isWhole,
  servingBeside,
  toTakeBack,
} from '../../../../../shared/policy/interruption/replacement.ts';
import { group, instance } from '../../../../support/world.ts';

const LEAVER = instance(0, { weight: 3 });
const members = [LEAVER, ...[1, 2, 3].map((at) => instance(at, { weight: 3 }))];
const known = members.map(({ id }) => id);
const newcomer = (at: number, of: Partial<GroupInstance> = {}) => instance(9 + at, { weight: 1, ...of });
const grown = (desired: number, ...more: readonly GroupInstance[]) =>
  group(4, { desired, instances: [...members, ...more], max: 99 });

describe('what was launched beside an instance makes up for it', () => {
  it('once it counts for as much, and serves', () => {
    const two = [newcomer(0), newcomer(1)];
    expect(isMadeUpFor(LEAVER, grown(15, ...two), known, 12)).toBe(false);
    const coming = newcomer(2, { lifecycle: 'Pending:Wait' });
    expect(isMadeUpFor(LEAVER, grown(15, ...two, coming), known, 12)).toBe(false);
    expect(isMadeUpFor(LEAVER, grown(15, ...two, newcomer(2)), known, 12)).toBe(true);
    expect(isMadeUpFor(LEAVER, grown(15, newcomer(0, { weight: 4 })), known, 12)).toBe(true);
  });

  it('by what is new alone: what was on its way before was asked for by others', () => {
    const late = instance(4, { weight: 3 });
    const all = [...known, late.id];
    expect(isMadeUpFor(LEAVER, grown(18, late, newcomer(0)), all, 12)).toBe(false);
    expect(isMadeUpFor(LEAVER, grown(18, late, newcomer(0, { weight: 3 })), all, 12)).toBe(true);
  });

  it('not while another has been lost, nor while it is unwell', () => {
    const lost = group(4, { desired: 15, instances: [...members.slice(0, 3), newcomer(0, { weight: 3 })] });
    expect(isMadeUpFor(LEAVER, lost, known, 12)).toBe(false);
    const unwell = grown(15, newcomer(0, { weight: 3, isHealthy: false }));
    expect(isMadeUpFor(LEAVER, unwell, known, 12)).toBe(false);
  });

  it('where the group is to have less by now, as soon as it has that', () => {
    const fewer = group(4, { desired: 12, instances: [...members.slice(0, 3), newcomer(0, { weight: 3 })] });
    expect(isMadeUpFor(LEAVER, fewer, known, 12)).toBe(true);
  });
});

const weight = fc.integer({ min: 1, max: 9 });
const comers = fc.array(
  fc.record({ weight, lifecycle: fc.constantFrom('Pending', 'Pending:Wait', 'InService') }),
  {
    maxLength: 5,
  },
);

describe('of a successor that did not come in time', () => {
  it('is taken back what does not serve, and never anything else, nor more than was asked for', () => {
    fc.assert(
      fc.property(comers, weight, (news, asked) => {
        const newcomers = news.map((one, at) => newcomer(at, one));
        const now = grown(12 + asked, ...newcomers);
        const { victims, to } = toTakeBack(now, known, 12);
        const taken = newcomers.filter(({ id }) => victims.includes(id));
        expect(taken).toHaveLength(victims.length);
        expect(taken.every(isComing)).toBe(true);
        expect(to).toBeGreaterThanOrEqual(12);
        expect(to).toBeLessThanOrEqual(12 + asked);
        // What is lowered beyond the victims is not there: the group has no one else to choose.
        const units = taken.reduce((sum, one) => sum + weightOf(one), 0);
        expect(units).toBeLessThanOrEqual(asked);
        const staying = [...members, ...newcomers].filter(({ id }) => !victims.includes(id));
        const there = staying.reduce((sum, one) => sum + weightOf(one), 0);
        const choosable = Math.max(0, there - Math.max(to, 12 + asked - units));
        expect(Math.max(0, there - to)).toBeLessThanOrEqual(choosable);
      }),
    );
  });

  it('nothing is counted that stands by', () => {
    const standby = instance(5, { weight: 3, lifecycle: 'Standby' });
    expect(toTakeBack(grown(15, standby), known, 12)).toEqual({ victims: [], to: 12 });
  });
});

describe('a group is whole', () => {
  it('while as many units serve as it is to have', () => {
    expect(isWhole(grown(12))).toBe(true);
    expect(isWhole(grown(13))).toBe(false);
    expect(isWhole(grown(13, newcomer(0, { lifecycle: 'Pending' })))).toBe(false);
    expect(isWhole(grown(13, newcomer(0, { isHealthy: false })))).toBe(false);
    expect(isWhole(grown(13, newcomer(0)))).toBe(true);
  });

  it('beside an instance serves what is not that instance', () => {
    expect(servingBeside(LEAVER.id, grown(12))).toBe(9);
    expect(servingBeside('i-unknown', grown(12))).toBe(12);
  });
});
