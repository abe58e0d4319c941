import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cachedFolder, root } from './cache.ts';

const LOCK = join(root, 'tests', 'conformance', 'java', 'jars.lock');
const MAVEN_CENTRAL = 'https://repo1.maven.org/maven2';
/** Downloads at a time. */
const WIDTH = 8;

/** What Maven Central gave us: pass `folder/*` as the class path and `folder` as the path of native libraries. */
export function javaLibraries(): Promise<string> {
  return cachedFolder('jars', LOCK, async (folder) => {
    mkdirSync(folder, { recursive: true });
    const waiting = readFileSync(LOCK, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split('  '));
    const worker = async () => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        const [sha256 = '', path = ''] = next;
        writeFileSync(join(folder, localName(path)), await download(path, sha256));
      }
    };
    await Promise.all(Array.from({ length: WIDTH }, worker));
  });
}

/** sqlite4java looks for its native library by a name without a version. */
function localName(path: string): string {
  const name = basename(path);
  return name.endsWith('.so') ? name.replace(/-[\d.]+\.so$/, '.so') : name;
}

async function download(path: string, sha256: string): Promise<Buffer> {
  const response = await fetch(`${MAVEN_CENTRAL}/${path}`);
  if (!response.ok) throw new Error(`${path}: Maven Central answered ${response.status}`);
  const bytes = Buffer.from(await response.arrayBuffer());
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256) throw new Error(`${path} has SHA-256 ${found}, not ${sha256} as jars.lock says`);
  return bytes;
}
