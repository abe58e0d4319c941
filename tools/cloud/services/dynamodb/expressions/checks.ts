import type { Value, ValueType } from '../values.ts';
import { base64, compareValues, isEqual, typeOf } from '../values.ts';
import type { Operand } from './conditions.ts';
import type { ExpressionReader, Path } from './reader.ts';
import { pathText } from './reader.ts';

const ORDERED: ReadonlySet<ValueType> = new Set(['S', 'N', 'B']);

/** Refuses a constant of a type that an operator or function can never take. */
export function checkTypes(
  reader: ExpressionReader,
  operator: string,
  operands: readonly Operand[],
  allowed: ReadonlySet<ValueType> = ORDERED,
): void {
  for (const operand of operands) {
    if (operand.kind !== 'value' || allowed.has(typeOf(operand.value))) continue;
    throw reader.error(
      `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${typeOf(operand.value)}`,
    );
  }
}

/** Refuses to compare a path with itself. */
export function checkDistinct(
  reader: ExpressionReader,
  operator: string,
  [first, ...others]: readonly Operand[],
): void {
  if (first?.kind !== 'path' || !others.some((other) => isSamePath(first, other))) return;
  throw reader.error(
    `The first operand must be distinct from the remaining operands for this operator or function; operator: ${operator}, first operand: ${pathText(first.path)}`,
  );
}

function isSamePath(first: { readonly path: Path }, other: Operand): boolean {
  return (
    other.kind === 'path' &&
    other.path.length === first.path.length &&
    other.path.every((part, at) => part === first.path[at])
  );
}

/** Refuses constant bounds that nothing can lie between. */
export function checkBounds(reader: ExpressionReader, low: Operand, high: Operand): void {
  if (low.kind !== 'value' || high.kind !== 'value') return;
  const bounds = `lower bound operand: AttributeValue: ${shown(low.value)}, upper bound operand: AttributeValue: ${shown(high.value)}`;
  if (typeOf(low.value) !== typeOf(high.value)) {
    throw reader.error(`The BETWEEN operator requires same data type for lower and upper bounds; ${bounds}`);
  }
  if (isEqual(low.value, high.value) || (compareValues(low.value, high.value) ?? 0) <= 0) return;
  throw reader.error(
    `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${bounds}`,
  );
}

function shown(value: Value): string {
  if ('S' in value) return `{S:${value.S}}`;
  if ('N' in value) return `{N:${value.N}}`;
  return 'B' in value ? `{B:${base64(value.B)}}` : '{}';
}
