import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '..', '..', 'tests', 'conformance');

/** What the conformance suites counted when they were last run with `-u`; every run of them checks it. */
export interface Conformance {
  /** By suite, by what was counted. */
  readonly results: Readonly<Record<Suite, Readonly<Record<string, number>>>>;
  /** Differences that are listed, by suite, by whose they are taken to be. */
  readonly differences: Readonly<Record<string, Readonly<Record<'theirs' | 'ours' | 'open', number>>>>;
}

const SUITES = ['clients', 'examples', 'event-ruler', 'dynamodb-local', 'moto'] as const;
export type Suite = (typeof SUITES)[number];

export function readConformance(): Conformance {
  const results = SUITES.map((suite) => [suite, json(`results/${suite}.json`)] as const);
  const listed = json('differences.json') as Record<string, Record<string, { whose: string }>>;
  return {
    results: Object.fromEntries(results) as unknown as Conformance['results'],
    differences: Object.fromEntries(
      Object.entries(listed).map(([suite, entries]) => [suite, countByWhose(Object.values(entries))]),
    ),
  };
}

function countByWhose(entries: readonly { whose: string }[]): Record<'theirs' | 'ours' | 'open', number> {
  const count = (wanted: string) => entries.filter(({ whose }) => whose === wanted).length;
  return { theirs: count('theirs'), ours: count('ours'), open: count('open') };
}

function json(name: string): unknown {
  return JSON.parse(readFileSync(join(FOLDER, name), 'utf8'));
}
