import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../../../../../shared/domain/index.ts';
import { ripe } from '../../../../../../shared/policy/scaling/memory/ripe.ts';
import { NOW } from '../../../../../support/world.ts';

const at = (minutesAgo: number) => ({ at: NOW - minutesAgo * MINUTE, value: 1 });
const agos = (samples: readonly { at: number }[]) => samples.map((sample) => (NOW - sample.at) / MINUTE);

describe('what can be learnt from', () => {
  it('is a minute that is over for a minute: its figures change no more', () => {
    const samples = [at(3), at(2), at(1)];
    expect(agos(ripe(samples, NOW - 4 * MINUTE, NOW))).toEqual([3, 2]);
    expect(agos(ripe(samples, NOW - 4 * MINUTE, NOW - SECOND))).toEqual([3]);
  });

  it('is a longer period that is over for a minute', () => {
    expect(agos(ripe([at(7), at(5)], undefined, NOW, 300))).toEqual([7]);
  });

  it('waits for a minute that is missing, and then goes on without it', () => {
    const samples = [at(6), at(4), at(3), at(2)];
    expect(agos(ripe(samples, NOW - 6 * MINUTE, NOW))).toEqual([6, 4, 3, 2]);
    expect(agos(ripe(samples, NOW - 6 * MINUTE, NOW - 2 * MINUTE))).toEqual([6]);
  });

  it('holds up nothing that was learnt already, nor anything to begin with', () => {
    expect(agos(ripe([at(9), at(3), at(2)], NOW - 3 * MINUTE, NOW))).toEqual([9, 3, 2]);
    expect(agos(ripe([at(9), at(2)], undefined, NOW))).toEqual([9]);
    expect(agos(ripe([at(2)], undefined, NOW))).toEqual([2]);
  });

  it('is each minute once and in order, however they arrive', () => {
    const arrivals = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 30, maxLength: 30 });
    fc.assert(
      fc.property(arrivals, (delays) => {
        const begin = NOW - 60 * MINUTE;
        const learnt: number[] = [];
        for (let now = begin; now < NOW; now += MINUTE) {
          const here = delays
            .map((delay, index) => ({
              at: begin + index * MINUTE,
              value: 1,
              comes: begin + (index + delay) * MINUTE,
            }))
            .filter(({ comes }) => comes <= now);
          const newest = learnt.at(-1);
          for (const sample of ripe(here, newest, now))
            if (sample.at > (newest ?? -1)) learnt.push(sample.at);
        }
        expect(learnt).toEqual([...new Set(learnt)].sort((one, other) => one - other));
        const inTime = delays.filter((delay) => delay <= 4).length;
        if (inTime === delays.length) expect(learnt).toHaveLength(delays.length);
      }),
    );
  });
});
