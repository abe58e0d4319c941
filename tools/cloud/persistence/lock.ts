import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { isRunning } from '../kernel/index.ts';
import { LogError } from './errors.ts';

/**
 * Takes a file for this process alone, by a file beside it that names the process.
 *
 * @returns gives it back
 * @throws LogError when another process that still runs has it
 */
export function lock(path: string): () => void {
  const lockFile = `${path}.lock`;
  try {
    create(lockFile);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const owner = Number(readFileSync(lockFile, 'utf8'));
    if (owner === process.pid || isRunning(owner)) {
      throw new LogError(
        `${path} is in use by process ${owner}: end that cloud, or remove ${lockFile} if it is none`,
      );
    }
    // Its owner was killed.
    rmSync(lockFile);
    create(lockFile);
  }
  return () => rmSync(lockFile, { force: true });
}

function create(lockFile: string): void {
  const file = openSync(lockFile, 'wx');
  writeSync(file, String(process.pid));
  closeSync(file);
}
