/**
 * `node tools/build/application.ts FOLDER`: the application of examples/NAME as one zip, which is named by its content.
 * Prints the zip's path, and the key under which a deployment keeps it.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { build } from 'esbuild';
import { zipSync } from 'fflate';

const root = join(import.meta.dirname, '..', '..');

// A zip records times; one that never changes makes the same code the same bytes, and the same name.
const ALWAYS = new Date('2000-01-01T00:00:00Z');

const REQUIRE =
  "import { createRequire as evenkeelRequire } from 'node:module'; const require = evenkeelRequire(import.meta.url);";

/** The application's `main.ts` and all that it imports, as one module. */
async function bundle(folder: string): Promise<Uint8Array> {
  const result = await build({
    entryPoints: [join(root, folder, 'main.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    minifySyntax: true,
    minifyWhitespace: true,
    banner: { js: REQUIRE },
    logLevel: 'silent',
  });
  const [code] = result.outputFiles;
  if (code === undefined) throw new Error(`${folder}/main.ts gave no bundle`);
  return code.contents;
}

/** Style sheets are read when the application starts: beside its module, each where it stands beside main.ts. */
async function styleSheets(folder: string): Promise<Record<string, Uint8Array>> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
  const paths = entries
    .filter(
      (entry) => entry.isFile() && entry.name.endsWith('.css') && !entry.parentPath.includes('node_modules'),
    )
    .map((entry) => relative(join(root, folder), join(entry.parentPath, entry.name)))
    .sort();
  const files = await Promise.all(
    paths.map(async (path) => [path, await readFile(join(root, folder, path))] as const),
  );
  return Object.fromEntries(files);
}

const [folder = ''] = process.argv.slice(2);
try {
  const files = { 'main.mjs': await bundle(folder), ...(await styleSheets(folder)) };
  const zip = zipSync(files, { mtime: ALWAYS });
  const hash = createHash('sha256').update(zip).digest('hex').slice(0, 32);
  const key = `applications/${basename(folder)}/${hash}.zip`;
  const path = join(root, 'dist', key);
  await mkdir(dirname(path), { recursive: true });
  // Written aside and renamed: two deployments at once never see half a file.
  await writeFile(`${path}.${process.pid}`, zip);
  await rename(`${path}.${process.pid}`, path);
  process.stdout.write(`${JSON.stringify({ path, key })}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
