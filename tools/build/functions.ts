/**
 * `npm run build [-- FLEETS [FOLDER]]`: each function's bundle with the fleets file (fleets.yml), as the zip that `sls`
 * uploads, in a folder (dist/web) of its own for each profile, so that packaging one disturbs no other.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { strToU8, zipSync } from 'fflate';
import { readFleets } from './fleets.ts';

const root = join(import.meta.dirname, '..', '..');
const [fleetsFile = 'fleets.yml', folder = 'dist/web'] = process.argv.slice(2);
const dist = join(root, folder);

// A zip records times; one that never changes makes the same code the same bytes, so that nothing is redeployed.
const ALWAYS = new Date('2000-01-01T00:00:00Z');

// Some bundled packages are CommonJS and ask for Node's own modules by `require`.
const REQUIRE =
  "import { createRequire as evenkeelRequire } from 'node:module'; const require = evenkeelRequire(import.meta.url);";

async function bundle(name: string): Promise<Uint8Array> {
  const result = await build({
    entryPoints: [join(root, 'functions', name, 'handler.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    // Names stay: they are read in logs, and restoring them at run time costs more than their bytes.
    minifySyntax: true,
    minifyWhitespace: true,
    banner: { js: REQUIRE },
    logLevel: 'silent',
  });
  const [code] = result.outputFiles;
  if (code === undefined) throw new Error(`functions/${name}/handler.ts gave no bundle`);
  return code.contents;
}

/** All that the code of a function is made of. */
const SOURCES = ['functions', 'events', 'shared', 'package-lock.json', 'tools/build/functions.ts'];

/** Bundles are kept under the hash of their sources: profiles differ in their fleets file alone. */
async function keptBundle(name: string, sources: string): Promise<Uint8Array> {
  const kept = join(root, 'node_modules', '.cache', 'bundles', sources, `${name}.js`);
  if (existsSync(kept)) return readFile(kept);
  const code = await bundle(name);
  await mkdir(dirname(kept), { recursive: true });
  await put(kept, code);
  return code;
}

async function hashOf(paths: readonly string[]): Promise<string> {
  const digest = createHash('sha256');
  for (const path of paths) digest.update(`${path}\0`).update(await readFile(join(root, path)));
  return digest.digest('hex').slice(0, 16);
}

async function filesBelow(path: string): Promise<string[]> {
  if (path.includes('.')) return [path];
  const entries = await readdir(join(root, path), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
}

/** Written aside and renamed: two deployments at once never see half a file. */
async function put(file: string, bytes: Uint8Array): Promise<void> {
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, bytes);
  await rename(draft, file);
}

async function functionNames(): Promise<string[]> {
  const entries = await readdir(join(root, 'functions'), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && existsSync(join(root, 'functions', entry.name, 'handler.ts')))
    .map((entry) => entry.name);
}

async function packageFunction(name: string, sources: string, fleets: Uint8Array): Promise<void> {
  const zip = zipSync(
    {
      [`functions/${name}/handler.js`]: await keptBundle(name, sources),
      'fleets.json': fleets,
      'package.json': strToU8('{"type":"module"}'),
    },
    { mtime: ALWAYS },
  );
  await put(join(dist, `${name}.zip`), zip);
}

try {
  const text = await readFile(join(root, fleetsFile), 'utf8');
  const fleets = strToU8(JSON.stringify(readFleets(text, fleetsFile)));
  const sources = await hashOf((await Promise.all(SOURCES.map(filesBelow))).flat());
  await mkdir(dist, { recursive: true });
  await Promise.all((await functionNames()).map((name) => packageFunction(name, sources, fleets)));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
