import type { KeyNames, SortRange } from './collection.ts';
import type { Condition } from './expressions/index.ts';
import { attributesOf, beginsWith } from './expressions/index.ts';
import type { Comparator, Operand } from './expressions/conditions.ts';
import type { Value } from './values.ts';
import { compareValues, validation } from './values.ts';

const EVERYTHING: SortRange = { isBefore: () => false, isAfter: () => false };

/**
 * The partition and the range of sort keys that a key condition names.
 *
 * @throws AwsError ValidationException for a condition that is not an equality on the partition key, with at
 *   most one bound, range or prefix on the sort key
 */
export function keyRange(condition: Condition, key: KeyNames): { partition: Value; range: SortRange } {
  const parts = conjuncts(condition);
  const onPartition = parts.filter((part) => attributesOf(part).includes(key.partition));
  const others = parts.filter((part) => !onPartition.includes(part));
  const equality = onPartition[0] && comparison(onPartition[0]);
  if (equality === undefined || onPartition.length > 1) {
    throw validation(`Query condition missed key schema element: ${key.partition}`);
  }
  if (equality.by !== '=') throw unsupported();
  const [onSort, second] = others;
  if (second !== undefined) throw tooMany();
  if (onSort === undefined) return { partition: equality.value, range: EVERYTHING };
  if (key.sort === undefined || !attributesOf(onSort).every((name) => name === key.sort)) {
    throw validation(`Query condition missed key schema element: ${key.sort ?? key.partition}`);
  }
  return { partition: equality.value, range: sortRange(onSort) };
}

function conjuncts(condition: Condition): Condition[] {
  if (condition.kind === 'and') return [...conjuncts(condition.left), ...conjuncts(condition.right)];
  if (condition.kind === 'or' || condition.kind === 'not' || condition.kind === 'in') {
    const operator = condition.kind.toUpperCase();
    throw validation(`Invalid operator used in KeyConditionExpression: ${operator}`);
  }
  return [condition];
}

function sortRange(condition: Condition): SortRange {
  const comparing = comparison(condition);
  if (comparing !== undefined) return comparedRange(comparing.by, comparing.value);
  if (condition.kind === 'between') {
    const [low, high] = [constant(condition.low), constant(condition.high)];
    return {
      isBefore: (sort) => order(sort, low) < 0,
      isAfter: (sort) => order(sort, high) > 0,
    };
  }
  if (condition.kind !== 'function' || condition.name !== 'begins_with') throw unsupported();
  const prefix = constant(condition.args[1]);
  return {
    isBefore: (sort) => order(sort, prefix) < 0,
    isAfter: (sort) => order(sort, prefix) > 0 && !beginsWith(sort, prefix),
  };
}

function comparedRange(by: Comparator, value: Value): SortRange {
  switch (by) {
    case '=':
      return { isBefore: (sort) => order(sort, value) < 0, isAfter: (sort) => order(sort, value) > 0 };
    case '<':
      return { isBefore: () => false, isAfter: (sort) => order(sort, value) >= 0 };
    case '<=':
      return { isBefore: () => false, isAfter: (sort) => order(sort, value) > 0 };
    case '>':
      return { isBefore: (sort) => order(sort, value) <= 0, isAfter: () => false };
    case '>=':
      return { isBefore: (sort) => order(sort, value) < 0, isAfter: () => false };
    case '<>':
      throw unsupported();
  }
}

/** `key = :v` in either order, as an operator and a constant. */
function comparison(condition: Condition): { by: Comparator; value: Value } | undefined {
  if (condition.kind !== 'compare') return undefined;
  const { by, left, right } = condition;
  if (left.kind === 'path') return { by, value: constant(right) };
  return { by: MIRRORED[by], value: constant(left) };
}

const MIRRORED: Readonly<Record<Comparator, Comparator>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

function constant(operand: Operand | undefined): Value {
  if (operand?.kind === 'value') return operand.value;
  throw validation('Invalid KeyConditionExpression: Invalid operand: a key is compared with a value only');
}

function order(left: Value, right: Value): number {
  const result = compareValues(left, right);
  if (result !== undefined) return result;
  throw validation(
    'One or more parameter values were invalid: Condition parameter type does not match schema type',
  );
}

function unsupported(): Error {
  return validation('Query key condition not supported');
}

function tooMany(): Error {
  return validation('Conditions can be of length 1 or 2 only');
}
