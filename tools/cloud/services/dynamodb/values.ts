import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../kernel/index.ts';
import { compareNumbers, normalizeNumber } from './decimal.ts';

/** An attribute's value, parsed: exactly one type, numbers in DynamoDB's own form. */
export type Value =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: Uint8Array }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly SS: string[] }
  | { readonly NS: string[] }
  | { readonly BS: Uint8Array[] }
  | { readonly L: Value[] }
  | { readonly M: Item };

export type ValueType = 'S' | 'N' | 'B' | 'BOOL' | 'NULL' | 'SS' | 'NS' | 'BS' | 'L' | 'M';

/** An item, or a map within one. Never changed in place: every write makes a new one. */
export interface Item {
  [name: string]: Value;
}

const TYPES: readonly ValueType[] = ['S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS', 'L', 'M'];

export function validation(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

export function typeOf(value: Value): ValueType {
  for (const type in value) return type as ValueType;
  throw new Error('A parsed value has one type.');
}

/** "Nested attribute depth" of DynamoDB's quotas. */
const DEEPEST = 32;

/**
 * @param depth how many lists and maps it stands in
 * @throws AwsError ValidationException for a value that is of no type, of several, of a wrong form or too deep
 */
export function parseItem(given: Readonly<Record<string, AttributeValue>>, depth = 0): Item {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, parseValue(value, depth)]));
}

/** As {@link parseItem}. */
export function parseValue(given: AttributeValue, depth = 0): Value {
  if (depth > DEEPEST) {
    throw validation(
      'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit',
    );
  }
  const [type, second] = TYPES.filter((name) => given[name as keyof AttributeValue] !== undefined);
  if (type === undefined) {
    throw validation('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  }
  if (second !== undefined) {
    throw validation(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  }
  return parseTyped(given, depth + 1);
}

/** @param depth of the values in it */
function parseTyped(given: AttributeValue, depth: number): Value {
  if (given.S !== undefined) return { S: given.S };
  if (given.N !== undefined) return { N: normalizeNumber(given.N) };
  if (given.B !== undefined) return { B: given.B };
  if (given.BOOL !== undefined) return { BOOL: given.BOOL };
  if (given.M !== undefined) return { M: parseItem(given.M, depth) };
  if (given.L !== undefined) return { L: given.L.map((member) => parseValue(member, depth)) };
  if (given.SS !== undefined) return { SS: distinct(given.SS, 'An string set  may not be empty', (x) => x) };
  if (given.NS !== undefined) {
    return { NS: distinct(given.NS.map(normalizeNumber), 'An number set  may not be empty', (x) => x) };
  }
  if (given.BS !== undefined) {
    return { BS: distinct(given.BS, 'Binary sets should not be empty', (x) => base64(x)) };
  }
  if (given.NULL !== true) {
    throw validation(
      'One or more parameter values were invalid: Null attribute value types must have the value of true',
    );
  }
  return { NULL: true };
}

function distinct<T>(members: T[], whenEmpty: string, text: (member: T) => string): T[] {
  if (members.length === 0) {
    throw validation(`One or more parameter values were invalid: ${whenEmpty}`);
  }
  const texts = members.map(text);
  if (new Set(texts).size < texts.length) {
    throw validation(
      `One or more parameter values were invalid: Input collection [${texts.join(', ')}] contains duplicates.`,
    );
  }
  return members;
}

/** A text that two values share exactly when they are equal; sets are equal in any order. */
export function identityOf(value: Value): string {
  // Most are keys.
  if ('S' in value) return `S${value.S}`;
  return JSON.stringify(canonical(value));
}

function canonical(value: Value): unknown {
  if ('B' in value) return ['B', base64(value.B)];
  if ('SS' in value) return ['SS', [...value.SS].sort()];
  if ('NS' in value) return ['NS', [...value.NS].sort()];
  if ('BS' in value) return ['BS', value.BS.map(base64).sort()];
  if ('L' in value) return ['L', value.L.map(canonical)];
  if ('M' in value) {
    const entries = Object.entries(value.M).map(([name, member]) => [name, canonical(member)] as const);
    return ['M', entries.sort(([a], [b]) => (a < b ? -1 : 1))];
  }
  return value;
}

export function isEqual(left: Value, right: Value): boolean {
  return identityOf(left) === identityOf(right);
}

/** The order of two values of one ordered type (S by UTF-8 bytes, N, B); undefined for any others. */
export function compareValues(left: Value, right: Value): number | undefined {
  if ('S' in left && 'S' in right) return compareStrings(left.S, right.S);
  if ('N' in left && 'N' in right) return compareNumbers(left.N, right.N);
  if ('B' in left && 'B' in right) return Buffer.compare(left.B, right.B);
  return undefined;
}

function compareStrings(left: string, right: string): number {
  if (left === right) return 0;
  // UTF-16 order differs from UTF-8's only where surrogates are.
  if (/[\ud800-\uffff]/.test(left + right)) return Buffer.compare(Buffer.from(left), Buffer.from(right));
  return left < right ? -1 : 1;
}

/** Bytes, as DynamoDB counts them for limits and capacity (developer guide, "DynamoDB item sizes and formats"). */
export function sizeOfItem(item: Item): number {
  let bytes = 0;
  for (const name in item) {
    const value = item[name];
    if (value !== undefined) bytes += Buffer.byteLength(name) + sizeOfValue(value);
  }
  return bytes;
}

export function sizeOfValue(value: Value): number {
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('N' in value) return sizeOfNumber(value.N);
  if ('B' in value) return value.B.length;
  if ('SS' in value) return sum(value.SS.map((member) => Buffer.byteLength(member)));
  if ('NS' in value) return sum(value.NS.map(sizeOfNumber));
  if ('BS' in value) return sum(value.BS.map((member) => member.length));
  if ('L' in value) return 3 + sum(value.L.map((member) => 1 + sizeOfValue(member)));
  if ('M' in value) return 3 + Object.keys(value.M).length + sizeOfItem(value.M);
  return 1;
}

/** About one byte for two significant digits, one more, and one for a minus sign. */
function sizeOfNumber(number: string): number {
  const digits = number.replace(/^-?[0.]*|\./g, '').replace(/0+$/, '').length;
  return Math.ceil(digits / 2) + 1 + (number.startsWith('-') ? 1 : 0);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
