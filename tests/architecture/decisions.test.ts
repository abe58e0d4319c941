import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const folder = join(resolve(import.meta.dirname, '..', '..'), 'docs', 'decisions');
const records = readdirSync(folder)
  .filter((name) => /^\d/.test(name))
  .sort();
const numberOf = (name: string) => Number(name.slice(0, 4));
const firstLineOf = (name: string) => readFileSync(join(folder, name), 'utf8').split('\n')[0] ?? '';

describe('decision records', () => {
  it('are numbered from 1 on, each number once', () => {
    expect(records.map(numberOf)).toEqual(records.map((_, index) => index + 1));
  });

  it('say their number in their title', () => {
    for (const name of records) expect(firstLineOf(name)).toMatch(new RegExp(`^# ${numberOf(name)}\\. `));
  });

  it('are all listed, in order', () => {
    const listed = readFileSync(join(folder, 'README.md'), 'utf8').matchAll(/^(\d+)\. \[.+\]\((.+)\)$/gm);
    expect([...listed].map(([, number, name]) => `${number} ${name}`)).toEqual(
      records.map((name) => `${numberOf(name)} ${name}`),
    );
  });
});
