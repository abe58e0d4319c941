import { join } from 'node:path';
import { expect } from 'vitest';

/** What one suite counted in one run. Only what is the same in every run belongs here. */
export type Counts = Readonly<Record<string, number | Readonly<Record<string, number>>>>;

/** Compares with the committed results; `npm run conformance -- -u` rewrites them. */
export async function expectResults(suite: string, counts: Counts): Promise<void> {
  await expect(`${JSON.stringify(counts, null, 2)}\n`).toMatchFileSnapshot(
    join(import.meta.dirname, 'results', `${suite}.json`),
  );
}

/** How many of each there are, in alphabetical order. */
export function tally(kinds: Iterable<string>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of [...kinds].sort()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
