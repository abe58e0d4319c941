/** docs/costs.md: what each profile costs in each stage. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { readTemplate } from '../templates/template.ts';
import { estimate } from './estimate.ts';
import type { Levels } from './levels.ts';
import { LEVELS } from './levels.ts';
import { REGIONS } from './prices.ts';
import { usageOf } from './usage.ts';

export const DOCUMENT = join(import.meta.dirname, '..', '..', 'docs', 'costs.md');

/** Between these lines the document is written by `npm run costs -- --write`. */
const MARKERS = /(<!-- costs -->\n)[^]*(<!-- \/costs -->)/;

/** How many of the costliest lines a row names. */
const NAMED = 3;

/** A packaged template with the defaults of all params. */
export interface Packaged {
  readonly profile: string;
  readonly stage: string;
  readonly template: unknown;
}

export interface Row {
  readonly region: string;
  readonly profile: string;
  readonly stage: string;
  readonly instances: Levels;
  /** A month. */
  readonly dollars: Levels;
  /** The costliest lines, as they usually are. */
  readonly largest: readonly string[];
}

export function costRows(all: readonly Packaged[]): readonly Row[] {
  return REGIONS.flatMap((region) => all.map((one) => costRow(one, region)));
}

function costRow({ profile, stage, template }: Packaged, region: string): Row {
  const found = estimate(readTemplate(template, { 'AWS::Region': region }), usageOf(), region);
  const sorted = [...found.lines].sort((one, other) => other.dollars.typical - one.dollars.typical);
  const largest = sorted.slice(0, NAMED).map(({ item, dollars }) => `${item} ${dollars.typical.toFixed(0)}`);
  return { region, profile, stage, instances: found.instances, dollars: found.total, largest };
}

/** The document with these rows. @throws Error when it has lost its markers */
export async function costsDocument(rows: readonly Row[]): Promise<string> {
  const text = readFileSync(DOCUMENT, 'utf8');
  if (!MARKERS.test(text)) throw new Error(`${DOCUMENT} has no place for the costs`);
  const tables = REGIONS.map((region) =>
    table(
      rows.filter((row) => row.region === region),
      region,
    ),
  );
  const whole = text.replace(
    MARKERS,
    (_, start: string, end: string) => `${start}\n${tables.join('\n\n')}\n\n${end}`,
  );
  return format(whole, { ...(await resolveConfig(DOCUMENT)), parser: 'markdown' });
}

function table(rows: readonly Row[], region: string): string {
  return [
    `## ${region}`,
    '',
    '| profile | stage | instances | min | typical | max | most of it |',
    '| --- | --- | --- | --: | --: | --: | --- |',
    ...rows.map(({ profile, stage, instances, dollars, largest }) => {
      const sizes = instances.max === 0 ? 'none' : LEVELS.map((level) => instances[level]).join(' / ');
      const figures = LEVELS.map((level) => dollars[level].toFixed(0));
      return `| ${[profile, stage, sizes, ...figures, largest.join(', ')].join(' | ')} |`;
    }),
  ].join('\n');
}

/** What the document says now: dollars by `region/profile/stage`. */
export function writtenCosts(text: string): ReadonlyMap<string, Levels> {
  const written = new Map<string, Levels>();
  let region = '';
  for (const line of text.split('\n')) {
    region = /^## (\S+)$/.exec(line)?.[1] ?? region;
    const [, profile = '', stage = '', , min, typical, max] = line.split('|').map((cell) => cell.trim());
    const dollars = { min: Number(min), typical: Number(typical), max: Number(max) };
    if (stage !== '' && LEVELS.every((level) => !Number.isNaN(dollars[level])))
      written.set(`${region}/${profile}/${stage}`, dollars);
  }
  return written;
}
