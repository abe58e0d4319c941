import { validationError } from '../../../kernel/index.ts';
import type { MathContext } from './functions.ts';
import { fill, FUNCTIONS, operate } from './functions.ts';
import type { Expression } from './parser.ts';
import type { Series, Value } from './values.ts';
import { each, listOf } from './values.ts';

/** What an expression may refer to. */
export interface Scope extends MathContext {
  /** The query with that id. @throws AwsError ValidationError when there is none */
  readonly valueOf: (id: string) => Value;
  /** Ids of the queries that are metrics, in the request's order: what METRICS() stands for. */
  readonly metricIds: readonly string[];
  /** Every metric that a SEARCH finds. */
  readonly search: (search: Search) => readonly Series[];
}

/** The arguments of SEARCH. */
export interface Search {
  readonly text: string;
  readonly statistic: string;
  /** Seconds. */
  readonly period?: number;
}

/** @throws AwsError ValidationError */
export function evaluate(expression: Expression, scope: Scope): Value {
  switch (expression.kind) {
    case 'number':
      return expression.value;
    case 'text':
      throw validationError(`A text, '${expression.value}', stands where a value was expected.`);
    case 'name':
      return scope.valueOf(expression.name);
    case 'list':
      return expression.items.flatMap((item) => listOf(evaluate(item, scope)));
    case 'negate':
      return each(evaluate(expression.operand, scope), (value) => -value);
    case 'binary':
      return operate(
        expression.operator,
        evaluate(expression.left, scope),
        evaluate(expression.right, scope),
      );
    case 'call':
      return call(expression.name, expression.args, scope);
  }
}

function call(name: string, args: readonly Expression[], scope: Scope): Value {
  if (name === 'METRICS') return metrics(args[0], scope);
  if (name === 'FILL') return fillCall(args, scope);
  if (name === 'SEARCH') return scope.search(searchOf(args));
  const apply = FUNCTIONS[name];
  if (apply === undefined) throw unknownFunction(name);
  return apply(
    args.map((arg) => evaluate(arg, scope)),
    scope,
  );
}

function metrics(filter: Expression | undefined, scope: Scope): Value {
  const part = filter?.kind === 'text' ? filter.value : '';
  const ids = scope.metricIds.filter((id) => id.includes(part));
  return ids.flatMap((id) => listOf(scope.valueOf(id)));
}

function fillCall(args: readonly Expression[], scope: Scope): Value {
  const [value, filling] = args;
  if (value === undefined || filling === undefined) throw validationError('FILL takes two arguments.');
  if (filling.kind === 'name' && (filling.name === 'REPEAT' || filling.name === 'LINEAR')) {
    return fill(evaluate(value, scope), filling.name);
  }
  return fill(evaluate(value, scope), evaluate(filling, scope));
}

/** @throws AwsError ValidationError where SEARCH is given anything but a search, a statistic and, if wanted, a period */
function searchOf(args: readonly Expression[]): Search {
  const [text, statistic, period, ...more] = args;
  if (text?.kind !== 'text' || statistic?.kind !== 'text' || more.length > 0)
    throw validationError(
      "SEARCH takes a search and a statistic in quotes, and a period: SEARCH('…', 'Sum', 60).",
    );
  if (period !== undefined && period.kind !== 'number')
    throw validationError('The period of SEARCH is a number of seconds.');
  return { text: text.value, statistic: statistic.value, ...(period && { period: period.value }) };
}

/** The searches that an expression makes. */
export function searchesIn(expression: Expression): Search[] {
  switch (expression.kind) {
    case 'call':
      return expression.name === 'SEARCH' ? [searchOf(expression.args)] : expression.args.flatMap(searchesIn);
    case 'list':
      return expression.items.flatMap(searchesIn);
    case 'negate':
      return searchesIn(expression.operand);
    case 'binary':
      return [...searchesIn(expression.left), ...searchesIn(expression.right)];
    default:
      return [];
  }
}

/** Finds what cannot be evaluated before anything is. @throws AwsError ValidationError */
export function checkFunctions(expression: Expression): void {
  switch (expression.kind) {
    case 'call':
      if (!(expression.name in FUNCTIONS) && !['METRICS', 'FILL', 'SEARCH'].includes(expression.name)) {
        throw unknownFunction(expression.name);
      }
      for (const arg of expression.args) checkFunctions(arg);
      return;
    case 'list':
      for (const item of expression.items) checkFunctions(item);
      return;
    case 'negate':
      checkFunctions(expression.operand);
      return;
    case 'binary':
      checkFunctions(expression.left);
      checkFunctions(expression.right);
      return;
    default:
      return;
  }
}

/** Ids of other queries that an expression names itself. */
export function namesIn(expression: Expression): string[] {
  switch (expression.kind) {
    case 'name':
      return ['REPEAT', 'LINEAR'].includes(expression.name) ? [] : [expression.name];
    case 'call':
      return expression.args.flatMap(namesIn);
    case 'list':
      return expression.items.flatMap(namesIn);
    case 'negate':
      return namesIn(expression.operand);
    case 'binary':
      return [...namesIn(expression.left), ...namesIn(expression.right)];
    default:
      return [];
  }
}

/** Whether an expression stands for all metrics of the request. */
export function usesMetrics(expression: Expression): boolean {
  switch (expression.kind) {
    case 'call':
      return expression.name === 'METRICS' || expression.args.some(usesMetrics);
    case 'list':
      return expression.items.some(usesMetrics);
    case 'negate':
      return usesMetrics(expression.operand);
    case 'binary':
      return usesMetrics(expression.left) || usesMetrics(expression.right);
    default:
      return false;
  }
}

function unknownFunction(name: string) {
  return validationError(`The local cloud does not evaluate the metric math function ${name}.`);
}
