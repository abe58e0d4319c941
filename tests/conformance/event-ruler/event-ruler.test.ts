import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PatternError } from '../../../tools/cloud/delivery/pattern/filters.ts';
import { parsePattern } from '../../../tools/cloud/delivery/pattern/pattern.ts';
import { knownDifferences } from '../differences.ts';
import { succeeded } from '../install/command.ts';
import { javaLibraries } from '../install/jars.ts';
import { expectResults, tally } from '../results.ts';
import { kinds, type Case } from './cases.ts';

const SEED = 20_260_105;
const CASES_A_KIND = 3000;

/** What the local cloud's matcher says, in the words of Matches.java. */
function ours({ pattern, event }: Case): string {
  try {
    return parsePattern(JSON.stringify(pattern))(event) ? 'match' : 'no match';
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    return `refused ${error.message}`;
  }
}

async function theirs(cases: readonly Case[]): Promise<string[]> {
  const input = cases.map(({ pattern, event }) => `${JSON.stringify(pattern)}\n${JSON.stringify(event)}\n`);
  const program = join(import.meta.dirname, 'Matches.java');
  const libraries = join(await javaLibraries(), '*');
  const output = await succeeded('java', ['-cp', libraries, program], { input: input.join('') });
  return output.trimEnd().split('\n');
}

const cases = Object.entries(kinds).flatMap(([kind, arbitrary]) =>
  fc.sample(arbitrary, { seed: SEED, numRuns: CASES_A_KIND }).map((one) => ({ kind, ...one })),
);
const answers = await theirs(cases);
/** By what the patterns have in them that differ. */
const known = [...knownDifferences('event-ruler').keys()];
const verdict = (answer: string | undefined) => answer?.replace(/^refused .*/, 'refused') ?? 'none';

const compared = cases.map((one, i) => ({ ...one, ours: ours(one), theirs: answers[i] ?? 'none' }));
const different = compared.filter((one) => verdict(one.ours) !== verdict(one.theirs));

const isIn =
  ({ pattern }: Case) =>
  (part: string) =>
    JSON.stringify(pattern).includes(part);

describe("AWS's event-ruler and the local cloud's patterns say the same", () => {
  it.each(Object.keys(kinds))('of %s', (kind) => {
    const unknown = different.filter((one) => one.kind === kind && !known.some(isIn(one)));
    expect(unknown.slice(0, 5)).toEqual([]);
  });

  it('but for differences that are still there', () => {
    expect(known.filter((part) => !different.some((one) => isIn(one)(part)))).toEqual([]);
  });

  it('and the patterns match, do not, and are refused, each often enough', async () => {
    const counts = tally(compared.map((one) => verdict(one.theirs)));
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(cases.length / 40);
    await expectResults('event-ruler', {
      compared: compared.length,
      differences: different.length,
      ...counts,
    });
  });
});
