/** How far back CloudWatch looks for datapoints beyond those that the alarm needs. */
const EXTRA = 2;

/** A CloudWatch alarm on one-minute datapoints, all of the last `periods` of which have to breach. */
export interface Alarm {
  /** Takes the newest period; NaN where it has no datapoint. @returns whether the alarm stands */
  see(value: number): boolean;
  /** The newest datapoint so far, NaN before the first: what CloudWatch hands a policy. */
  readonly last: number;
}

/**
 * An alarm that treats missing data as missing, which is the default and what target tracking's alarms do.
 *
 * Real datapoints count before missing ones, so that two late ones change nothing; with too few of them, one that
 * does not breach ends the alarm, and only breaching ones over the whole of its length raise it.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function alarm(periods: number, breaches: (value: number) => boolean): Alarm {
  const values = new Float64Array(periods + EXTRA).fill(NaN);
  let next = 0;
  let stands = false;
  let last = NaN;
  return {
    get last() {
      return last;
    },
    see(value) {
      values[next] = value;
      next = (next + 1) % values.length;
      if (!Number.isNaN(value)) last = value;
      stands = stateAfter(values, next, periods, breaches) ?? stands;
      return stands;
    },
  };
}

/** @param next  where the oldest value is @returns undefined where the alarm stays as it is */
function stateAfter(
  values: Float64Array,
  next: number,
  periods: number,
  breaches: (value: number) => boolean,
): boolean | undefined {
  let real = 0;
  let oldest = 0;
  for (let age = 1; age <= values.length && real < periods; age++) {
    const value = values[(next - age + values.length) % values.length] ?? NaN;
    if (Number.isNaN(value)) continue;
    if (!breaches(value)) return false;
    real++;
    oldest = age;
  }
  // Without any datapoint the alarm has insufficient data, and does nothing.
  if (real === 0) return false;
  return real === periods || oldest >= periods ? true : undefined;
}
