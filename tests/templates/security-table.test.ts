import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './cases.ts';

const rows = readFileSync(join(root, 'docs', 'security.md'), 'utf8')
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter(([, number = '']) => /^\d+$/.test(number))
  .map(([, number = '', demand = '', , places = '', deviation = '']) => ({
    number,
    demand,
    places,
    deviation,
  }));

/** A logical id, a key or a name that stands in the file. */
function stands(place: string): boolean {
  const [path = '', name = ''] = place.split(':');
  const file = join(root, path);
  return existsSync(file) && new RegExp(`\\b${name}\\b`).test(readFileSync(file, 'utf8'));
}

describe('docs/security.md', () => {
  it('answers each of the 44 demands', () => {
    expect(rows.map(({ number }) => Number(number))).toEqual(
      Array.from({ length: 44 }, (_, index) => index + 1),
    );
  });

  it.each(rows)('$number, $demand: is met somewhere, or says why not', ({ places, deviation }) => {
    expect(places + deviation).not.toBe('');
    expect(places.split(', ').filter((place) => place !== '' && !stands(place))).toEqual([]);
  });
});
