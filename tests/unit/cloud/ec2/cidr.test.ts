import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AddressPool,
  contains,
  formatCidr,
  overlaps,
  parseCidr,
} from '../../../../tools/cloud/services/ec2/cidr.ts';

const blocks = fc
  .record({ address: fc.integer({ min: 0, max: 2 ** 32 - 1 }), bits: fc.integer({ min: 8, max: 28 }) })
  .map(({ address, bits }) => {
    const size = 2 ** (32 - bits);
    return { first: address - (address % size), size };
  });

describe('a block of addresses', () => {
  it('is written as it is read', () => {
    fc.assert(
      fc.property(blocks, (block) => {
        expect(parseCidr(formatCidr(block))).toEqual(block);
      }),
    );
  });

  it('loses its host bits', () => {
    expect(formatCidr(parseCidr('10.1.2.3/16'))).toBe('10.1.0.0/16');
  });

  it.each(['10.0.0.0', '10.0.0/16', '10.0.0.256/16', '10.0.0.0/33', 'x'])('is not %s', (text) => {
    expect(() => parseCidr(text)).toThrow('not a valid CIDR block');
  });

  it('overlaps what it contains, and two blocks overlap only if one contains the other', () => {
    fc.assert(
      fc.property(blocks, blocks, (a, b) => {
        expect(overlaps(a, b)).toBe(contains(a, b) || contains(b, a));
      }),
    );
  });
});

describe('a pool of addresses', () => {
  it('never hands out an address twice, nor one that AWS keeps', () => {
    const pool = new AddressPool('10.0.0.0/26');
    const taken = Array.from({ length: 59 }, () => pool.take());
    expect(new Set(taken).size).toBe(59);
    for (const kept of ['10.0.0.0', '10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.63'])
      expect(taken).not.toContain(kept);
    expect(pool.take()).toBeUndefined();
  });

  it('hands out a returned address as late as it can', () => {
    const pool = new AddressPool('10.0.0.0/28');
    const first = pool.take() ?? '';
    pool.give(first);
    const others = Array.from({ length: 10 }, () => pool.take());
    expect(others).not.toContain(first);
    expect(pool.take()).toBe(first);
  });
});
