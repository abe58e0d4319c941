import { open, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { InvalidFileError } from '../build/checked-yaml.ts';
import { readFleets } from '../build/fleets.ts';
import { readPlan } from '../cloud/weather/plan/parse.ts';
import { PlanError } from '../cloud/weather/plan/problems.ts';
import type { PlanInput } from '../cloud/weather/plan/schema.ts';
import type { Options } from './options.ts';
import { UsageError } from './usage-error.ts';

/**
 * Looks for what would end a run only after it has cost time: found before anything is started.
 *
 * @param fleets  the file that names the fleets
 * @param options what is to be written, and the plan of the weather, where they were asked for
 * @returns the plan
 * @throws UsageError with a line for each fault of the fleets or the plan, or naming the file that cannot be written
 */
export async function preflight(
  fleets: string,
  { json, eventLog, weather }: Partial<Pick<Options, 'json' | 'eventLog' | 'weather'>>,
): Promise<PlanInput | undefined> {
  await checkFleets(fleets);
  if (json !== undefined) await checkWritable('--json', json);
  if (eventLog !== undefined) await checkWritable('--event-log', eventLog);
  return weather === undefined ? undefined : planIn(weather);
}

async function planIn(file: string): Promise<PlanInput> {
  try {
    return await readPlan(file);
  } catch (error) {
    if (error instanceof PlanError) throw new UsageError(error.message);
    throw error;
  }
}

async function checkFleets(file: string): Promise<void> {
  try {
    readFleets(await readFile(file, 'utf8'), basename(file));
  } catch (error) {
    if (error instanceof InvalidFileError) throw new UsageError(error.message);
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
