/** What tools/build/serverless/params.cjs asks: {@link Given} as JSON on stdin, {@link Verdict} as JSON on stdout. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parse } from 'yaml';
import type { FleetsFile, Given, Verdict } from './check.ts';
import { checkFleetsFile, checkParams } from './check.ts';
import type { Params } from './rules.ts';

const root = join(import.meta.dirname, '..', '..', '..');

type Defaults = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const defaults = parse(readFileSync(join(root, 'infra/profiles/defaults.yml'), 'utf8')) as Defaults;
const given = JSON.parse(await text(process.stdin)) as Omit<Given, 'defaults'>;
const verdict = checkParams({ ...given, defaults: asTexts(defaults) });
process.stdout.write(JSON.stringify(withFleets(verdict)));

function asTexts(all: Defaults): Record<string, Params> {
  const texts = (one: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(one).map(([name, value]) => [name, String(value)]));
  return Object.fromEntries(Object.entries(all).map(([profile, one]) => [profile, texts(one)]));
}

function withFleets(checked: Verdict): Verdict {
  const { params, problems } = checked;
  if (problems.length > 0) return checked;
  const file = join(root, params.fleets ?? '');
  if (!existsSync(file))
    return {
      ...checked,
      problems: [`--param fleets=${params.fleets} cannot be used: there is no such file`],
    };
  // What is wrong in it otherwise the bundler says, with lines and columns.
  return { ...checked, problems: checkFleetsFile(params, params.fleet ?? 'none', contentOf(file)) };
}

function contentOf(file: string): FleetsFile {
  try {
    return (parse(readFileSync(file, 'utf8')) ?? {}) as FleetsFile;
  } catch {
    return {};
  }
}
