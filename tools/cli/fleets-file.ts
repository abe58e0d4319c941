import type { Fleet } from '../../shared/domain/index.ts';
import { InvalidFileError } from '../build/checked-yaml.ts';
import { fleetsOf } from '../build/fleets.ts';
import { readInput } from './read-input.ts';
import { UsageError } from './usage-error.ts';

/**
 * The fleets of a file, or the one that is named.
 * @throws UsageError for a file that cannot be used, and for a name that is not in it
 */
export async function fleetsNamed(name: string | undefined, file: string): Promise<readonly Fleet[]> {
  const fleets = await fleetsIn(file);
  const named = fleets.filter((fleet) => name === undefined || fleet.name === name);
  if (named.length > 0) return named;
  const known = fleets.map((fleet) => fleet.name).join(', ');
  throw new UsageError(`fleet ${name} is not in ${file}: it has ${known}`);
}

async function fleetsIn(file: string): Promise<readonly Fleet[]> {
  try {
    return fleetsOf(await readInput(file), file).fleets;
  } catch (error) {
    throw error instanceof InvalidFileError ? new UsageError(error.message, { cause: error }) : error;
  }
}
