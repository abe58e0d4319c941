import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { LOAD_BALANCERS, PROFILES } from '../../../tools/build/params/rules.ts';

const infra = resolve(import.meta.dirname, '..', '..', '..', 'infra');
const readme = readFileSync(join(infra, 'README.md'), 'utf8');

interface Row {
  readonly files: readonly string[];
  /** A cell for each profile. */
  readonly cells: readonly string[];
}

const rows: readonly Row[] = readme
  .split('\n')
  .filter((line) => /^\| `[a-z/-]+[a-z0-9-]*(\*)?\.yml`/.test(line))
  .map((line) => {
    const [, files = '', ...cells] = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    return { files: [...files.matchAll(/`([^`]+)`/g)].flatMap(([, name = '']) => named(name)), cells };
  });

/** The files that a name with a star stands for; roles have what several of them say in a file that no profile takes. */
function named(pattern: string): string[] {
  const found = globSync(join(infra, pattern)).map((file) => relative(infra, file));
  return found.filter((name) => name !== 'roles/statements.yml');
}

/** All values that a part of a file's name may take for a profile. */
function choices(profile: string): Readonly<Record<string, readonly string[]>> {
  const balancers = LOAD_BALANCERS[profile] ?? [];
  return {
    'param:zones': ['2', '3'],
    'param:nat': ['one', 'per-zone'],
    'param:load-balancer': balancers,
    'self:custom.scheme': ['http', 'https'],
    'param:waf': ['on', 'off'],
    'self:custom.shrinks-by': balancers.map((one) => (one === 'alb' ? 'requests' : 'cpu-low')),
  };
}

/** Every file that a profile can take, whatever its params. */
function filesOf(profile: string): string[] {
  const list = parse(readFileSync(join(infra, 'profiles', `${profile}.yml`), 'utf8')) as string[];
  const names = list.flatMap((entry) => {
    const [, name] = /^\$\{file\(infra\/(.+?\.(?:yml|cjs))\)/.exec(entry) ?? [];
    if (name === undefined) throw new Error(`${profile}.yml: ${entry} is no file of infra`);
    return expanded(name, choices(profile));
  });
  return [...new Set(names)].filter((name) => name.endsWith('.yml') && existsSync(join(infra, name)));
}

function expanded(name: string, values: Readonly<Record<string, readonly string[]>>): string[] {
  const [whole, variable = ''] = /\$\{([^}]+)\}/.exec(name) ?? [];
  if (whole === undefined) return [name];
  const found = values[variable];
  if (found === undefined) throw new Error(`nobody knows the values of ${variable}`);
  return found.flatMap((value) => expanded(name.replace(whole, value), values));
}

describe('infra/README.md', () => {
  it.each(PROFILES)('names all files that profile %s can take, and no other', (profile) => {
    const column = PROFILES.indexOf(profile);
    const told = rows.flatMap(({ files, cells }) => (cells[column] === '' ? [] : files));
    expect([...told].sort()).toEqual(filesOf(profile).sort());
  });

  it('names every param that serverless.yml has', () => {
    const root = resolve(infra, '..');
    const { params } = parse(readFileSync(join(root, 'serverless.yml'), 'utf8'), { logLevel: 'silent' }) as {
      params: { default: Record<string, unknown> };
    };
    const table = readme.slice(readme.indexOf('## Params'));
    const missing = Object.keys(params.default).filter((name) => !table.includes(`\`${name}\``));
    expect(missing).toEqual([]);
  });
});
