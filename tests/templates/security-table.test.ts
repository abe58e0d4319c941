import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CelEngine } from '@aws/cloudformation-validate';
import { describe, expect, it } from 'vitest';
import { root } from './cases.ts';
import { DEMANDS } from './demands/index.ts';
import { securityTable } from './security-table.ts';

const rows = securityTable();
const held = new Set(DEMANDS.map(({ row }) => row));

/** A logical id, a key or a name that stands in the file. */
function stands(place: string): boolean {
  const [path = '', name = ''] = place.split(':');
  const file = join(root, path);
  return name !== '' && existsSync(file) && new RegExp(`\\b${name}\\b`).test(readFileSync(file, 'utf8'));
}

const modules = join(root, 'node_modules');

const serverless = readFileSync(join(modules, 'cdk-nag', 'lib', 'packs', 'serverless.js'), 'utf8');

const nagged = readFileSync(join(modules, 'cdk-nag', 'RULES.md'), 'utf8');

const guarded = readdirSync(join(modules, '@cdklabs', 'cdk-validator-cfnguard', 'rules'), {
  recursive: true,
  withFileTypes: true,
})
  .filter((entry) => entry.isFile() && entry.name.endsWith('.guard'))
  .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
  .join('\n');

const validated = new Set(new CelEngine().listRules().map(({ id }) => id));

const isWord = (text: string, id: string) =>
  new RegExp(`(?<![\\w.])${id.replaceAll('.', '\\.')}(?!\\w)`).test(text);

/** Whether the tool whose id it is has such a rule. */
function isKnown(id: string): boolean {
  if (id.startsWith('CT.')) return isWord(guarded, id);
  if (/^(AwsSolutions|NIST)/.test(id)) return isWord(nagged, id);
  if (id.startsWith('Serverless-'))
    return new RegExp(`rule: \\w+\\.${id.slice('Serverless-'.length)},`).test(serverless);
  if (/^[EWI]\d{4}$/.test(id)) return validated.has(id);
  // checkov is asked in `npm run conformance`; Security Hub's controls are in no list that could be asked.
  return /^(CKV2?_AWS_\d+|(AutoScaling|EC2|ELB|RDS)\.\d+)$/.test(id);
}

describe('docs/security.md', () => {
  it('answers each of the 44 demands once', () => {
    expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 44 }, (_, index) => index + 1));
  });

  it.each(rows)('$number, $demand: is met somewhere, or says why not', ({ places, differs }) => {
    expect(places.join() + differs).not.toBe('');
    expect(places.filter((place) => !stands(place))).toEqual([]);
  });

  it.each(rows)('$number, $demand: is named by rules that its tools have', ({ rules }) => {
    expect(rules).not.toEqual([]);
    expect(rules.filter((id) => !isKnown(id))).toEqual([]);
  });

  it.each(rows)('$number, $demand: is held against the templates where something meets it', (row) => {
    expect(held.has(row.number)).toBe(row.places.length > 0);
  });
});
