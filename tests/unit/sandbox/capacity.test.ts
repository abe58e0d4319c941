import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeCapacity, oracleMinutes } from '../../../tools/sandbox/observe/capacity.ts';

const shape = { instanceCapacity: 100, usefulShare: 0.8, min: 1, bootMinutes: 3, drainMinutes: 5 };

describe('violation minutes', () => {
  it('are those with more load than the serving instances can usefully take', () => {
    const minutes = [80, 81].map((load) => ({ load, serving: 1, running: 1 }));
    expect(judgeCapacity(minutes, shape).violationMinutes).toBe(1);
  });

  it('are counted by what serves, not by what boots', () => {
    expect(judgeCapacity([{ load: 100, serving: 1, running: 5 }], shape).violationMinutes).toBe(1);
  });
});

describe('instance-hours', () => {
  it('are paid for booting and draining instances too', () => {
    const hour = Array.from({ length: 60 }, () => ({ load: 0, serving: 1, running: 3 }));
    expect(judgeCapacity(hour, shape).instanceHours).toBe(3);
  });
});

describe('the oracle', () => {
  it('bridges a gap that is shorter than a stop and a start', () => {
    expect(oracleMinutes([1, 0, 0, 1], 8)).toBe(4);
  });

  it('stops and starts again where the gap is longer', () => {
    expect(oracleMinutes([1, ...Array<number>(20).fill(0), 1], 8)).toBe(2 + 8);
  });

  it('pays for the start of an instance that was not there at first', () => {
    expect(oracleMinutes([0, 1], 8)).toBe(1 + 8);
  });

  it('looks at each level alone', () => {
    expect(oracleMinutes([2, 1, 2], 8)).toBe(3 + 3);
  });

  it('never has less than what is needed, nor more than a start for each minute', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(6)), fc.nat(10), (needed, turnaround) => {
        const least = needed.reduce((sum, need) => sum + need, 0);
        const minutes = oracleMinutes(needed, turnaround);
        expect(minutes).toBeGreaterThanOrEqual(least);
        expect(minutes).toBeLessThanOrEqual(least * (1 + turnaround));
      }),
    );
  });

  it('is no dearer when starting is cheaper', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(6)), fc.nat(10), (needed, turnaround) => {
        expect(oracleMinutes(needed, turnaround)).toBeLessThanOrEqual(oracleMinutes(needed, turnaround + 1));
      }),
    );
  });
});
