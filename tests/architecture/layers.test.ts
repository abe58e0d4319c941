import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..', '..');

interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** Imports: a path from the root for our own files, the package's name for others. */
  readonly imports: readonly string[];
}

function sourceFiles(folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))
    .map((name) => {
      const path = join(folder, name);
      const text = readFileSync(join(root, path), 'utf8');
      const imports = ts
        .preProcessFile(text, true, true)
        .importedFiles.map(({ fileName }) =>
          fileName.startsWith('.') ? relative(root, resolve(root, dirname(path), fileName)) : fileName,
        );
      return { path, text, imports };
    });
}

const deployed = ['functions', 'shared', 'events'].flatMap(sourceFiles);
const within = (...folders: string[]) =>
  deployed.filter(({ path }) => folders.some((folder) => path.startsWith(`${folder}/`)));

/** `a → b` for each import of these files that is not allowed. */
function forbidden(
  files: readonly SourceFile[],
  isAllowed: (imported: string, file: SourceFile) => boolean,
): string[] {
  return files.flatMap((file) =>
    file.imports
      .filter((imported) => !isAllowed(imported, file))
      .map((imported) => `${file.path} → ${imported}`),
  );
}

const isOurs = (imported: string) =>
  /^(functions|shared|events|tools|tests|benchmarks|examples|infra)\//.test(imported);
const inFolders =
  (...folders: string[]) =>
  (imported: string) =>
    !isOurs(imported) || folders.some((folder) => imported.startsWith(`${folder}/`));

describe('imports go down only', () => {
  it('the domain imports nothing', () => {
    expect(forbidden(within('shared/domain'), inFolders('shared/domain'))).toEqual([]);
    expect(forbidden(within('shared/domain'), isOurs)).toEqual([]);
  });

  it('ports know the domain alone', () => {
    expect(forbidden(within('shared/ports'), inFolders('shared/ports', 'shared/domain'))).toEqual([]);
  });

  it('policies know the domain alone', () => {
    expect(forbidden(within('shared/policy'), inFolders('shared/policy', 'shared/domain'))).toEqual([]);
  });

  it('workflows know policies, ports and the domain', () => {
    expect(
      forbidden(
        within('shared/workflows'),
        inFolders('shared/workflows', 'shared/policy', 'shared/ports', 'shared/domain'),
      ),
    ).toEqual([]);
  });

  it('adapters know ports and the domain, never a workflow', () => {
    const adapters = within('shared/aws', 'shared/notify');
    const allowed = inFolders(
      'shared/aws',
      'shared/notify',
      'shared/config',
      'shared/policy/messages',
      'shared/ports',
      'shared/domain',
    );
    expect(forbidden(adapters, allowed)).toEqual([]);
  });

  it('events know the domain alone', () => {
    expect(forbidden(within('events'), inFolders('events', 'shared/domain'))).toEqual([]);
  });

  it('configuration knows the domain alone', () => {
    expect(forbidden(within('shared/config'), inFolders('shared/config', 'shared/domain'))).toEqual([]);
  });

  it('nothing deployed imports tools, tests or benchmarks', () => {
    expect(forbidden(deployed, inFolders('functions', 'shared', 'events'))).toEqual([]);
  });

  it('nothing in shared or events imports a function', () => {
    expect(forbidden(within('shared', 'events'), inFolders('shared', 'events'))).toEqual([]);
  });

  it('the local cloud imports nothing of ours', () => {
    expect(forbidden(sourceFiles('tools/cloud'), inFolders('tools/cloud'))).toEqual([]);
  });
});

describe('the world is reached through ports', () => {
  const offenders = (files: readonly SourceFile[], pattern: RegExp) =>
    files.filter(({ text }) => pattern.test(text)).map(({ path }) => path);
  const outside = (...folders: string[]) =>
    deployed.filter(({ path }) => !folders.some((folder) => path.startsWith(`${folder}/`)));

  it('AWS is called in shared/aws and shared/notify alone', () => {
    const isSdk = (imported: string) => imported.startsWith('@aws-sdk/');
    expect(forbidden(outside('shared/aws', 'shared/notify'), (imported) => !isSdk(imported))).toEqual([]);
  });

  it('the environment is read in shared/config alone', () => {
    expect(offenders(outside('shared/config'), /process\.env/)).toEqual([]);
  });

  it('time, timers and chance are read in the clock and id adapters alone', () => {
    const reads = /Date\.now\(\)|new Date\(\)|\bsetTimeout\(|\bsetInterval\(|Math\.random\(|randomUUID\(/;
    const adapters = ['shared/aws/clock.ts', 'shared/aws/ids.ts'];
    expect(offenders(deployed, reads).filter((path) => !adapters.includes(path))).toEqual([]);
  });
});
