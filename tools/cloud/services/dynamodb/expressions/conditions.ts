import type { Item, Value, ValueType } from '../values.ts';
import { base64, compareValues, identityOf, isEqual, typeOf } from '../values.ts';
import { checkBounds, checkDistinct, checkTypes } from './checks.ts';
import { valueAt } from './paths.ts';
import type { Path } from './reader.ts';
import { ExpressionReader } from './reader.ts';
import type { Placeholders } from './placeholders.ts';

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type Operand =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'size'; readonly of: Operand };

/** A parsed condition, filter or key condition. */
export type Condition =
  | { readonly kind: 'compare'; readonly by: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'between'; readonly value: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: 'in'; readonly value: Operand; readonly list: readonly Operand[] }
  | { readonly kind: 'function'; readonly name: FunctionName; readonly args: readonly Operand[] }
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly of: Condition };

type FunctionName =
  'attribute_exists' | 'attribute_not_exists' | 'attribute_type' | 'begins_with' | 'contains';

const OPERAND_COUNT: Readonly<Record<FunctionName, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
};

/** Of what types a constant second operand may be. */
const CONSTANT_TYPES: Partial<Record<FunctionName, ReadonlySet<ValueType>>> = {
  attribute_type: new Set(['S']),
  begins_with: new Set(['S', 'B']),
};

const COMPARATORS: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=']);

/**
 * @param where  the expression's name in the request: `ConditionExpression`, `FilterExpression`, …
 * @throws AwsError ValidationException for what is not a condition
 */
export function parseCondition(text: string, where: string, placeholders: Placeholders): Condition {
  const reader = new ExpressionReader(text, where, placeholders);
  const condition = parseOr(reader);
  reader.expectEnd();
  return condition;
}

function parseOr(reader: ExpressionReader): Condition {
  let condition = parseAnd(reader);
  while (reader.take('OR')) condition = { kind: 'or', left: condition, right: parseAnd(reader) };
  return condition;
}

function parseAnd(reader: ExpressionReader): Condition {
  let condition = parseNot(reader);
  while (reader.take('AND')) condition = { kind: 'and', left: condition, right: parseNot(reader) };
  return condition;
}

function parseNot(reader: ExpressionReader): Condition {
  if (reader.take('NOT')) return { kind: 'not', of: parseNot(reader) };
  if (reader.take('(')) {
    const condition = parseOr(reader);
    reader.expect(')');
    return condition;
  }
  return parsePrimary(reader);
}

function parsePrimary(reader: ExpressionReader): Condition {
  const word = reader.peek();
  if (reader.peek(1) === '(' && word !== undefined && word !== 'size') return parseFunction(reader);
  const left = parseOperand(reader);
  const operator = reader.next();
  if (COMPARATORS.has(operator)) {
    const right = parseOperand(reader);
    // Sets, maps and the like have no order: comparing with such a constant is an error, not false.
    if (operator !== '=' && operator !== '<>') checkTypes(reader, operator, [left, right]);
    checkDistinct(reader, operator, [left, right]);
    return { kind: 'compare', by: operator as Comparator, left, right };
  }
  if (operator.toUpperCase() === 'BETWEEN') {
    const low = parseOperand(reader);
    reader.expect('AND');
    const high = parseOperand(reader);
    checkTypes(reader, 'BETWEEN', [left, low, high]);
    checkBounds(reader, low, high);
    checkDistinct(reader, 'BETWEEN', [left, low, high]);
    return { kind: 'between', value: left, low, high };
  }
  if (operator.toUpperCase() === 'IN') {
    reader.expect('(');
    const list = reader.list(() => parseOperand(reader));
    reader.expect(')');
    checkDistinct(reader, 'IN', [left, ...list]);
    return { kind: 'in', value: left, list };
  }
  throw reader.syntaxError(-1);
}

function parseFunction(reader: ExpressionReader): Condition {
  const name = reader.next();
  if (!isFunctionName(name)) throw reader.error(`Invalid function name; function: ${name}`);
  reader.expect('(');
  const args = reader.list(() => parseOperand(reader));
  reader.expect(')');
  if (args.length !== OPERAND_COUNT[name]) {
    throw reader.error(
      `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${args.length}`,
    );
  }
  if (name.startsWith('attribute_') && args[0]?.kind !== 'path') {
    throw reader.error(`Operator or function requires a document path; operator or function: ${name}`);
  }
  const second = CONSTANT_TYPES[name];
  if (second !== undefined) checkTypes(reader, name, args.slice(1), second);
  checkDistinct(reader, name, args);
  return { kind: 'function', name, args };
}

function isFunctionName(name: string): name is FunctionName {
  return Object.hasOwn(OPERAND_COUNT, name);
}

function parseOperand(reader: ExpressionReader): Operand {
  const value = reader.value();
  if (value !== undefined) return { kind: 'value', value };
  if (reader.peek() === 'size' && reader.peek(1) === '(') {
    reader.next();
    reader.expect('(');
    const of = parseOperand(reader);
    reader.expect(')');
    return { kind: 'size', of };
  }
  return { kind: 'path', path: reader.path() };
}

/** Whether an item meets a condition. A comparison with an attribute that is not there is false, but for `<>`. */
export function holds(condition: Condition, item: Item): boolean {
  switch (condition.kind) {
    case 'and':
      return holds(condition.left, item) && holds(condition.right, item);
    case 'or':
      return holds(condition.left, item) || holds(condition.right, item);
    case 'not':
      return !holds(condition.of, item);
    case 'compare':
      return compares(condition.by, evaluate(condition.left, item), evaluate(condition.right, item));
    case 'between':
      return (
        compares('>=', evaluate(condition.value, item), evaluate(condition.low, item)) &&
        compares('<=', evaluate(condition.value, item), evaluate(condition.high, item))
      );
    case 'in':
      return condition.list.some((member) =>
        compares('=', evaluate(condition.value, item), evaluate(member, item)),
      );
    case 'function':
      return functionHolds(condition.name, condition.args, item);
  }
}

function compares(by: Comparator, left: Value | undefined, right: Value | undefined): boolean {
  if (by === '<>') return left === undefined || right === undefined || !isEqual(left, right);
  if (left === undefined || right === undefined) return false;
  if (by === '=') return isEqual(left, right);
  const order = compareValues(left, right);
  if (order === undefined) return false;
  switch (by) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

function functionHolds(name: FunctionName, [first, second]: readonly Operand[], item: Item): boolean {
  const value = first && evaluate(first, item);
  const other = second && evaluate(second, item);
  if (name === 'attribute_not_exists') return value === undefined;
  if (value === undefined) return false;
  if (name === 'attribute_exists') return true;
  if (other === undefined) return false;
  if (name === 'attribute_type') return 'S' in other && typeOf(value) === (other.S as ValueType);
  return name === 'begins_with' ? beginsWith(value, other) : contains(value, other);
}

export function beginsWith(value: Value, prefix: Value): boolean {
  if ('S' in value && 'S' in prefix) return value.S.startsWith(prefix.S);
  if ('B' in value && 'B' in prefix) {
    return Buffer.from(value.B).subarray(0, prefix.B.length).equals(prefix.B);
  }
  return false;
}

function contains(value: Value, part: Value): boolean {
  if ('S' in value) return 'S' in part && value.S.includes(part.S);
  if ('B' in value) return 'B' in part && Buffer.from(value.B).includes(Buffer.from(part.B));
  if ('L' in value) return value.L.some((member) => identityOf(member) === identityOf(part));
  if ('SS' in value) return 'S' in part && value.SS.includes(part.S);
  if ('NS' in value) return 'N' in part && value.NS.includes(part.N);
  if ('BS' in value) return 'B' in part && value.BS.map(base64).includes(base64(part.B));
  return false;
}

function evaluate(operand: Operand, item: Item): Value | undefined {
  switch (operand.kind) {
    case 'value':
      return operand.value;
    case 'path':
      return valueAt(item, operand.path);
    case 'size': {
      const value = evaluate(operand.of, item);
      const size = value && sizeFunction(value);
      return size === undefined ? undefined : { N: String(size) };
    }
  }
}

/** What `size(…)` gives: characters, bytes, or members; undefined for types without a size. */
function sizeFunction(value: Value): number | undefined {
  if ('S' in value) return value.S.length;
  if ('B' in value) return value.B.length;
  if ('SS' in value) return value.SS.length;
  if ('NS' in value) return value.NS.length;
  if ('BS' in value) return value.BS.length;
  if ('L' in value) return value.L.length;
  if ('M' in value) return Object.keys(value.M).length;
  return undefined;
}

/** The top-level attributes that a condition speaks of. */
export function attributesOf(condition: Condition): string[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return [...attributesOf(condition.left), ...attributesOf(condition.right)];
    case 'not':
      return attributesOf(condition.of);
    case 'compare':
      return [condition.left, condition.right].flatMap(operandAttributes);
    case 'between':
      return [condition.value, condition.low, condition.high].flatMap(operandAttributes);
    case 'in':
      return [condition.value, ...condition.list].flatMap(operandAttributes);
    case 'function':
      return condition.args.flatMap(operandAttributes);
  }
}

function operandAttributes(operand: Operand): string[] {
  if (operand.kind === 'value') return [];
  if (operand.kind === 'size') return operandAttributes(operand.of);
  return [String(operand.path[0])];
}
