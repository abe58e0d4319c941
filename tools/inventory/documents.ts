import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import type { Conformance } from './conformance.ts';
import type { Coverage, ServiceCoverage } from './operations.ts';
import { namesOf } from './operations.ts';
import { conformanceTable, countTable } from './tables.ts';

const root = join(import.meta.dirname, '..', '..');
export const SUMMARY = join(root, 'docs', 'local-cloud.md');
export const FULL_LIST = join(root, 'docs', 'local-cloud-operations.md');

/** Between these lines, docs/local-cloud.md is written by `npm run inventory -- --write`. */
const MARKERS = /(<!-- inventory -->\n)[^]*(<!-- \/inventory -->)/;

/** docs/local-cloud.md with today's counts. @throws Error when it has lost its markers */
export function summaryDocument(services: readonly ServiceCoverage[], found: Conformance): Promise<string> {
  const text = readFileSync(SUMMARY, 'utf8');
  if (!MARKERS.test(text)) throw new Error(`${SUMMARY} has no place for the counts`);
  const counts = `${countTable(services)}\n\n${conformanceTable(found)}`;
  return pretty(text.replace(MARKERS, (_, start: string, end: string) => `${start}\n${counts}\n\n${end}`));
}

const TITLES: readonly (readonly [Coverage, string])[] = [
  ['real', 'Real'],
  ['record', 'Records'],
  ['refused', 'Refused by name'],
  ['501', '501'],
];

/** docs/local-cloud-operations.md: every operation of every service that is there. */
export function fullListDocument(services: readonly ServiceCoverage[]): Promise<string> {
  const sections = services.map((service) => {
    const lines = TITLES.flatMap(([coverage, title]) => {
      const names = namesOf(service, coverage);
      return names.length === 0 ? [] : [`**${title}** (${names.length}): ${names.join(', ')}`];
    });
    return [`## ${service.service}`, ...lines].join('\n\n');
  });
  const head = [
    '# Operations of the local cloud',
    'Written by `npm run inventory -- --write`; what the words mean stands in [local-cloud.md](local-cloud.md).',
  ];
  return pretty([...head, ...sections].join('\n\n'));
}

async function pretty(markdown: string): Promise<string> {
  return format(markdown, { ...(await resolveConfig(SUMMARY)), parser: 'markdown' });
}
