import { validationError } from '../../../kernel/index.ts';

/** Values of the periods of a grid; NaN where one is missing. */
export interface Series {
  readonly label: string;
  readonly values: readonly number[];
}

/** What a part of an expression comes to: a number, a time series, or several. */
export type Value = number | Series | readonly Series[];

export function isSeries(value: Value): value is Series {
  return typeof value === 'object' && 'label' in value;
}

/** Applies a function to a number, or to each value of each series. */
export function each(value: Value, apply: (value: number) => number): Value {
  if (typeof value === 'number') return finite(apply(value));
  if (isSeries(value)) return { ...value, values: value.values.map((one) => finite(apply(one))) };
  return value.map((series) => ({ ...series, values: series.values.map((one) => finite(apply(one))) }));
}

/** Applies a function of whole series. @throws AwsError ValidationError for a number */
export function eachSeries(
  name: string,
  value: Value,
  apply: (values: readonly number[]) => readonly number[],
): Value {
  if (typeof value === 'number') throw validationError(`${name} needs a time series, not a number.`);
  if (isSeries(value)) return { ...value, values: apply(value.values) };
  return value.map((series) => ({ ...series, values: apply(series.values) }));
}

type Operation = (left: number, right: number) => number;

/** Combines period by period; a missing value on either side makes a missing one. */
export function combine(left: Value, right: Value, apply: Operation): Value {
  const missing: Operation = (a, b) => (Number.isNaN(a) || Number.isNaN(b) ? NaN : finite(apply(a, b)));
  if (typeof left === 'number' && typeof right === 'number') return missing(left, right);
  if (typeof left === 'number') return each(right, (value) => missing(left, value));
  if (typeof right === 'number') return each(left, (value) => missing(value, right));
  if (isSeries(left) && isSeries(right)) return zip(left, right, missing);
  if (isSeries(left)) return listOf(right).map((series) => zip(left, series, missing));
  if (isSeries(right)) return left.map((series) => zip(series, right, missing));
  throw validationError('Two arrays of time series cannot be combined.');
}

function zip(left: Series, right: Series, apply: Operation): Series {
  return {
    label: left.label,
    values: left.values.map((value, index) => apply(value, right.values[index] ?? NaN)),
  };
}

/** Any value as a list of series. @throws AwsError ValidationError for a number */
export function listOf(value: Value): readonly Series[] {
  if (typeof value === 'number') throw validationError('A time series was expected instead of a number.');
  return isSeries(value) ? [value] : value;
}

/** Division by zero and the like leave no datapoint. */
function finite(value: number): number {
  return Number.isFinite(value) ? value : NaN;
}
