import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '..', '..', '..');
const CACHE = join(root, 'node_modules', '.cache', 'conformance');

/**
 * A folder that `fill` has filled once, from what the lock file says; a changed lock file makes a new one.
 *
 * @returns its path
 */
export async function cachedFolder(
  name: string,
  lockFile: string,
  fill: (folder: string) => Promise<void>,
): Promise<string> {
  const lock = createHash('sha256').update(readFileSync(lockFile)).digest('hex').slice(0, 12);
  const folder = join(CACHE, `${name}-${lock}`);
  const stamp = join(folder, '.complete');
  if (existsSync(stamp)) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await fill(folder);
  mkdirSync(`${stamp}.new`);
  renameSync(`${stamp}.new`, stamp);
  return folder;
}
