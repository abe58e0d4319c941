import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { knownDifferences } from '../differences.ts';
import { runAgainstCloud } from '../python/run.ts';
import { expectResults } from '../results.ts';

/** One call, sent to both. */
interface Compared {
  readonly service: string;
  readonly number: number;
  readonly operation: string;
  /** `ours / theirs` where one refuses, or `lacks Owner.ID` for what moto's answer has and ours has not. */
  readonly differences: readonly string[];
}

const program = join(import.meta.dirname, 'compare.py');
const run = await runAgainstCloud<Compared>('python', () => [program]);
const namesOf = ({ service, operation, differences }: Compared) =>
  differences.map((difference) => `${service} ${operation}: ${difference}`);
const known = knownDifferences('moto');
const services = [...new Set(run.lines.map(({ service }) => service))];

describe('moto and the local cloud answer alike', () => {
  it.each(services)('as %s', (service) => {
    const found = run.lines.filter((one) => one.service === service).flatMap(namesOf);
    expect(found.filter((name) => !known.has(name))).toEqual([]);
  });

  it('but for differences that are still there', async () => {
    const found = new Set(run.lines.flatMap(namesOf));
    expect([...known.keys()].filter((name) => !found.has(name))).toEqual([]);
    const different = run.lines.filter(({ differences }) => differences.length > 0);
    await expectResults('moto', { compared: run.lines.length, differences: different.length });
  });

  it('to all calls of the script', () => {
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
  });
});
