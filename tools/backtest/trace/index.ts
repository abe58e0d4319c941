import { readTrace } from '../../sandbox/load/csv.ts';
import type { MinuteTrace } from './minute-trace.ts';
import { byTheMinute } from './resample.ts';

/**
 * The load in a CSV file with the columns `epoch_seconds` and `value`, by the minute.
 *
 * @throws UsageError naming file, line, field, value and mend, for whatever cannot be a load
 */
export async function readMinutes(file: string): Promise<MinuteTrace> {
  return byTheMinute(await readTrace(file));
}

export { capacityFor, USUAL_FLEET } from './capacity.ts';
export type { Gap, MinuteTrace } from './minute-trace.ts';
export { instantOf, minuteTrace } from './minute-trace.ts';
export { byTheMinute, textOf } from './resample.ts';
