import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Constraint } from '../../../../tools/cloud/wire/model/constraints.ts';
import { rulesOf } from '../../../../tools/cloud/wire/model/rules.ts';

/** What of a constraint a value breaks. */
function broken(constraint: Constraint, value: unknown): string[] {
  return rulesOf(constraint)
    .filter(({ allows }) => !allows(value))
    .map(({ demand }) => demand);
}

describe('a length', () => {
  it('is bounded on both sides, and the bounds are allowed', () => {
    const constraint: Constraint = { length: [2, 3] };
    expect(broken(constraint, 'a')).toEqual(['Member must have length greater than or equal to 2']);
    expect(broken(constraint, 'abcd')).toEqual(['Member must have length less than or equal to 3']);
    for (const good of ['ab', 'abc', [1, 2], { a: 1, b: 2 }, new Uint8Array(3)]) {
      expect(broken(constraint, good)).toEqual([]);
    }
    for (const long of [[1, 2, 3, 4], { a: 1, b: 2, c: 3, d: 4 }, new Uint8Array(4)]) {
      expect(broken(constraint, long)).toHaveLength(1);
    }
  });

  it('of a text is counted in code points', () => {
    expect(broken({ length: [null, 2] }, '🚢🚢')).toEqual([]);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { length } = Array.from(text);
        expect(broken({ length: [length, length] }, text)).toEqual([]);
      }),
    );
  });
});

describe('a range', () => {
  it('holds for numbers of every kind', () => {
    const constraint: Constraint = { range: [-1, 10] };
    expect(broken(constraint, -2)).toEqual(['Member must have value greater than or equal to -1']);
    expect(broken(constraint, 11n)).toEqual(['Member must have value less than or equal to 10']);
    expect([-1, 10, 0.5].flatMap((value) => broken(constraint, value))).toEqual([]);
    expect(broken(constraint, NaN)).toHaveLength(2);
  });
});

describe('an enum', () => {
  it('is of exact values, and lists them', () => {
    const constraint: Constraint = { enum: ['OK', 'ALARM'] };
    expect(broken(constraint, 'OK')).toEqual([]);
    expect(broken(constraint, 'ok')).toEqual(['Member must satisfy enum value set: [OK, ALARM]']);
    expect(broken(constraint, 'toString')).toHaveLength(1);
  });
});

describe('a constraint', () => {
  it('has its rules in the order in which AWS lists them', () => {
    const rules = rulesOf({ enum: ['a'], pattern: 'a', length: [1, 2] });
    expect(rules.map(({ kind }) => kind)).toEqual(['length', 'length', 'pattern', 'enum']);
  });
});
