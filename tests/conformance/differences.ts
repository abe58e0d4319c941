import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the local cloud and someone else differ, and who of them is taken to be right. */
export interface Difference {
  /** `theirs`: what we compare with is wrong or cannot hold here. `ours`: a bug or gap. `open`: not settled. */
  readonly whose: 'theirs' | 'ours' | 'open';
  readonly why: string;
}

export type Suite = 'examples' | 'event-ruler' | 'dynamodb-local' | 'moto';

type Listed = Readonly<Record<Suite, Readonly<Record<string, Difference>>>>;

const listed = JSON.parse(readFileSync(join(import.meta.dirname, 'differences.json'), 'utf8')) as Listed;

/** The differences of a suite that differences.json knows of, by what differs. */
export function knownDifferences(suite: Suite): ReadonlyMap<string, Difference> {
  return new Map(Object.entries(listed[suite]));
}
