import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './cases.ts';

interface Place {
  readonly path: string;
  readonly line: number;
}

/** Where each logical id of infra/ is defined. */
const DEFINED: ReadonlyMap<string, Place> = new Map(
  ymlFiles('infra').flatMap((path) =>
    readFileSync(join(root, path), 'utf8')
      .split('\n')
      .flatMap((text, index, lines): [string, Place][] => {
        const [, id] = /^ {2}(\w+):\s*$/.exec(text) ?? [];
        // Profiles add properties to what another file defines: its type stands there.
        const isDefined = lines.slice(index + 1, index + 3).some((line) => /^ {4}Type: /.test(line));
        return id === undefined || !isDefined ? [] : [[id, { path, line: index + 1 }]];
      }),
  ),
);

const FUNCTIONS = readdirSync(join(root, 'functions'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** The file, and the line where there is one, that makes a resource of the template what it is. */
export function whereToMend(resource: string): string {
  const defined = DEFINED.get(resource);
  if (defined !== undefined) return `${defined.path}:${defined.line}`;
  const id = resource.toLowerCase();
  const made = FUNCTIONS.find(
    (name) => id.startsWith(name) || new RegExp(`^evenkeel\\w*${name}rule`).test(id),
  );
  if (made !== undefined && !id.endsWith('loggroup')) return `functions/${made}/function.yml`;
  return 'serverless.yml';
}

function ymlFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yml'))
    .map((name) => join(folder, name));
}
