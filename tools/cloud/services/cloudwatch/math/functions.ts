import { validationError } from '../../../kernel/index.ts';
import type { Value } from './values.ts';
import { combine, each, eachSeries, isSeries, listOf } from './values.ts';

/** What a function is told of the grid that it works on. */
export interface MathContext {
  /** Seconds. */
  readonly period: number;
  readonly length: number;
}

type MathFunction = (args: readonly Value[], context: MathContext) => Value;

/** The functions of metric math that are evaluated here, beside METRICS and FILL; the others are refused by name. */
export const FUNCTIONS: Readonly<Record<string, MathFunction>> = {
  ABS: (args) => each(only('ABS', args), Math.abs),
  CEIL: (args) => each(only('CEIL', args), Math.ceil),
  FLOOR: (args) => each(only('FLOOR', args), Math.floor),
  LOG: (args) => each(only('LOG', args), Math.log),
  LOG10: (args) => each(only('LOG10', args), Math.log10),
  SUM: (args) => aggregate('SUM', args, (values) => values.reduce((sum, value) => sum + value, 0)),
  AVG: (args) => aggregate('AVG', args, mean),
  MIN: (args) => aggregate('MIN', args, (values) => Math.min(...values)),
  MAX: (args) => aggregate('MAX', args, (values) => Math.max(...values)),
  STDDEV: (args) => aggregate('STDDEV', args, deviation),
  IF: (args) => choose(args),
  RATE: (args, { period }) => eachSeries('RATE', only('RATE', args), (values) => changes(values, period)),
  DIFF: (args) => eachSeries('DIFF', only('DIFF', args), differences),
  RUNNING_SUM: (args) => eachSeries('RUNNING_SUM', only('RUNNING_SUM', args), runningSum),
  PERIOD: (_args, { period }) => period,
  TIME_SERIES: (args, { length }) => constant(only('TIME_SERIES', args), length),
};

function only(name: string, args: readonly Value[]): Value {
  const [arg, ...more] = args;
  if (arg === undefined || more.length > 0) throw validationError(`${name} takes one argument.`);
  return arg;
}

/** Of one series its one value over time; of several, period by period, without those that are missing. */
function aggregate(name: string, args: readonly Value[], of: (values: readonly number[]) => number): Value {
  const value = only(name, args);
  if (typeof value === 'number') return value;
  if (isSeries(value)) return ofPresent(value.values, of);
  const length = value[0]?.values.length ?? 0;
  const values = Array.from({ length }, (_, index) =>
    ofPresent(
      value.map((series) => series.values[index] ?? NaN),
      of,
    ),
  );
  return { label: name, values };
}

function ofPresent(values: readonly number[], of: (values: readonly number[]) => number): number {
  const present = values.filter((value) => !Number.isNaN(value));
  return present.length === 0 ? NaN : of(present);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}

/** IF(condition, then, else): without `else`, nothing where the condition does not hold. */
function choose(args: readonly Value[]): Value {
  const [condition, then, otherwise = NaN] = args;
  if (condition === undefined || then === undefined || args.length > 3) {
    throw validationError('IF takes a condition, a value and, if wanted, another value.');
  }
  if (typeof condition === 'number') return condition === 0 ? otherwise : then;
  if (!isSeries(condition)) throw validationError('The condition of IF is one time series or a number.');
  const at = (value: Value, index: number): number =>
    typeof value === 'number' ? value : (listOf(value)[0]?.values[index] ?? NaN);
  return {
    label: condition.label,
    values: condition.values.map((holds, index) => {
      if (Number.isNaN(holds)) return NaN;
      return at(holds === 0 ? otherwise : then, index);
    }),
  };
}

/** The change a second since the last value there was. */
function changes(values: readonly number[], period: number): readonly number[] {
  let last: number | undefined;
  return values.map((value, index) => {
    if (Number.isNaN(value)) return NaN;
    const before = last;
    last = index;
    return before === undefined ? NaN : (value - (values[before] ?? NaN)) / ((index - before) * period);
  });
}

function differences(values: readonly number[]): readonly number[] {
  return changes(values, 1).map((change, index) => change * gapBefore(values, index));
}

/** Periods since the last value there was. */
function gapBefore(values: readonly number[], index: number): number {
  let gap = 1;
  while (index - gap > 0 && Number.isNaN(values[index - gap] ?? NaN)) gap++;
  return gap;
}

function runningSum(values: readonly number[]): readonly number[] {
  let sum = 0;
  return values.map((value) => {
    if (Number.isNaN(value)) return NaN;
    sum += value;
    return sum;
  });
}

function constant(value: Value, length: number): Value {
  if (typeof value !== 'number') throw validationError('TIME_SERIES takes a number.');
  return { label: 'TIME_SERIES', values: new Array<number>(length).fill(value) };
}

/** FILL: what stands in for missing values, a number, another series, or the neighbours. */
export function fill(value: Value, filling: Value | 'REPEAT' | 'LINEAR'): Value {
  if (filling === 'REPEAT') return eachSeries('FILL', value, repeat);
  if (filling === 'LINEAR') return eachSeries('FILL', value, interpolate);
  if (typeof filling === 'number') return each(value, (one) => (Number.isNaN(one) ? filling : one));
  const [other] = listOf(filling);
  return eachSeries('FILL', value, (values) =>
    values.map((one, index) => (Number.isNaN(one) ? (other?.values[index] ?? NaN) : one)),
  );
}

function repeat(values: readonly number[]): readonly number[] {
  let last = NaN;
  return values.map((value) => {
    if (!Number.isNaN(value)) last = value;
    return last;
  });
}

function interpolate(values: readonly number[]): readonly number[] {
  const present = values.flatMap((value, index) => (Number.isNaN(value) ? [] : [index]));
  return values.map((value, index) => {
    if (!Number.isNaN(value)) return value;
    const before = present.findLast((one) => one < index);
    const after = present.find((one) => one > index);
    if (before === undefined || after === undefined) return NaN;
    const [low, high] = [values[before] ?? NaN, values[after] ?? NaN];
    return low + ((high - low) * (index - before)) / (after - before);
  });
}

type Operation = (left: number, right: number) => number;

export const OPERATORS: Readonly<Record<string, Operation>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
  '<': (a, b) => Number(a < b),
  '>': (a, b) => Number(a > b),
  '<=': (a, b) => Number(a <= b),
  '>=': (a, b) => Number(a >= b),
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  '&&': (a, b) => Number(a !== 0 && b !== 0),
  AND: (a, b) => Number(a !== 0 && b !== 0),
  '||': (a, b) => Number(a !== 0 || b !== 0),
  OR: (a, b) => Number(a !== 0 || b !== 0),
};

/** @throws AwsError ValidationError when the two sides do not go together */
export function operate(operator: string, left: Value, right: Value): Value {
  const operation = OPERATORS[operator];
  if (operation === undefined) throw validationError(`Unknown operator ${operator}.`);
  return combine(left, right, operation);
}
