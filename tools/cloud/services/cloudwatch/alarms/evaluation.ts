import type { MissingData, StateValue } from './alarm.ts';

/** How an alarm is evaluated: M of the last N datapoints must breach. */
export interface EvaluationRule {
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly missingData: MissingData;
  readonly breaches: (value: number) => boolean;
}

/** CloudWatch looks further back than N periods, so that a datapoint or two that are missing do not count. */
export const EXTRA_PERIODS = 2;

/**
 * The state that datapoints ask for, or undefined when the alarm keeps the one it has.
 *
 * By CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data": real datapoints count before
 * missing ones; only as many missing ones are filled in as are lacking to N.
 *
 * @param values  the values of the last N + {@link EXTRA_PERIODS} periods, oldest first, NaN where one is missing
 */
export function evaluateDatapoints(values: readonly number[], rule: EvaluationRule): StateValue | undefined {
  const { evaluationPeriods, datapointsToAlarm, missingData } = rule;
  const real = values.filter((value) => !Number.isNaN(value));
  const counted = real.slice(-evaluationPeriods);
  const breaching = counted.filter((value) => rule.breaches(value)).length;
  const lacking = evaluationPeriods - counted.length;
  if (lacking === 0 || missingData === 'notBreaching') return stateOf(breaching >= datapointsToAlarm);
  if (missingData === 'breaching') return stateOf(breaching + lacking >= datapointsToAlarm);
  if (counted.length === 0) return missingData === 'ignore' ? undefined : 'INSUFFICIENT_DATA';
  if (breaching >= datapointsToAlarm) return 'ALARM';
  if (breaching < counted.length) return 'OK';
  return missingData === 'missing' && isLasting(values, datapointsToAlarm) ? 'ALARM' : undefined;
}

function stateOf(isAlarm: boolean): StateValue {
  return isAlarm ? 'ALARM' : 'OK';
}

/**
 * "Avoiding premature transitions to alarm state", in the same chapter: all there is breaches, and the oldest of it
 * is M periods old or older.
 */
function isLasting(values: readonly number[], datapointsToAlarm: number): boolean {
  const oldest = values.findIndex((value) => !Number.isNaN(value));
  return values.length - oldest >= datapointsToAlarm;
}
