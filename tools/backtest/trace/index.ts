import { readTrace } from '../../sandbox/load/csv.ts';
import { UsageError } from '../../usage-error.ts';
import type { MinuteTrace } from './minute-trace.ts';
import { byTheMinute } from './resample.ts';

/**
 * The load in a CSV file with the columns `epoch_seconds` and `value`, by the minute.
 *
 * @throws UsageError naming file, line, field, value and mend, for whatever cannot be a load
 */
export async function readMinutes(file: string): Promise<MinuteTrace> {
  const trace = byTheMinute(await readTrace(file));
  if (trace.load.length < 2)
    throw new UsageError(`${file} holds less than two minutes of load: give the rows of a day at least`);
  return trace;
}

export { capacityFor, USUAL_FLEET } from './capacity.ts';
export type { Gap, MinuteTrace } from './minute-trace.ts';
export { instantOf, minuteTrace } from './minute-trace.ts';
export { byTheMinute, textOf } from './resample.ts';
