import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FleetsError, readFleets } from '../build/fleets.ts';
import { UsageError } from './usage-error.ts';

/**
 * Looks for what would end a run only after it has cost time: found before anything is started.
 *
 * @param folder  where fleets.yml stands
 * @param files   what is to be written, by option: `{ '--json': 'out.json' }`
 * @throws UsageError with a line for each fault of fleets.yml, or naming the file that cannot be written
 */
export async function preflight(
  folder: string,
  files: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  await checkFleets(join(folder, 'fleets.yml'));
  for (const [option, file] of Object.entries(files))
    if (file !== undefined) await checkWritable(option, file);
}

async function checkFleets(file: string): Promise<void> {
  try {
    readFleets(await readFile(file, 'utf8'));
  } catch (error) {
    if (error instanceof FleetsError) throw new UsageError(error.message);
    if (codeOf(error) === 'ENOENT') throw new UsageError(`${file} does not exist: it names the fleets`);
    throw error;
  }
}

/** Opened to append, so that an earlier report stands until there is a newer one. */
async function checkWritable(option: string, file: string): Promise<void> {
  try {
    await (await open(file, 'a')).close();
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    throw new UsageError(
      `${option} ${file} cannot be written (${code}): give a file in a folder that exists`,
    );
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
