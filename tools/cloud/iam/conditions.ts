import { AwsError } from '../kernel/index.ts';
import type { Condition, Conditions } from './policy.ts';
import { fits } from './wildcards.ts';

/**
 * What is known of a request: the values of a condition key, undefined where it has none.
 *
 * @param key in lower case: `aws:resourcetag/evenkeel:fleet`
 */
export type Context = (key: string) => readonly string[] | undefined;

type Test = (actual: string, wanted: string) => boolean;

const numbers =
  (test: (a: number, b: number) => boolean): Test =>
  (actual, wanted) =>
    test(Number(actual), Number(wanted));

const instants =
  (test: (a: number, b: number) => boolean): Test =>
  (actual, wanted) =>
    test(instantOf(actual), instantOf(wanted));

const equal = (a: unknown, b: unknown): boolean => a === b;
const less = (a: number, b: number): boolean => a < b;
const lessOrEqual = (a: number, b: number): boolean => a <= b;
const greater = (a: number, b: number): boolean => a > b;
const greaterOrEqual = (a: number, b: number): boolean => a >= b;

const TESTS: Readonly<Record<string, Test>> = {
  StringEquals: equal,
  StringEqualsIgnoreCase: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  StringLike: (actual, wanted) => fits(wanted, actual),
  ArnEquals: fitsArn,
  ArnLike: fitsArn,
  Bool: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  BinaryEquals: equal,
  NumericEquals: numbers(equal),
  NumericLessThan: numbers(less),
  NumericLessThanEquals: numbers(lessOrEqual),
  NumericGreaterThan: numbers(greater),
  NumericGreaterThanEquals: numbers(greaterOrEqual),
  DateEquals: instants(equal),
  DateLessThan: instants(less),
  DateLessThanEquals: instants(lessOrEqual),
  DateGreaterThan: instants(greater),
  DateGreaterThanEquals: instants(greaterOrEqual),
  IpAddress: inNetwork,
};

/** Operators that are true where their counterpart is not. */
const NEGATED: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
  NotIpAddress: 'IpAddress',
};

/** Whether all conditions hold (IAM User Guide, "Conditions with multiple context keys or values"). */
export function hold(conditions: Conditions, context: Context): boolean {
  return conditions.every((condition) => holds(condition, context));
}

function holds(condition: Condition, context: Context): boolean {
  const { set, name, ifExists } = readOperator(condition.operator);
  const actual = context(condition.key) ?? [];
  const wanted = condition.values.map((value) => substitute(value, context));
  if (name === 'Null') return wanted.includes(String(actual.length === 0));
  const negated = NEGATED[name];
  const test = TESTS[negated ?? name];
  if (test === undefined) {
    const message = `The local cloud does not know the condition operator ${condition.operator}.`;
    throw new AwsError('NotImplemented', message, { status: 501 });
  }
  if (actual.length === 0)
    return ifExists || set === 'ForAllValues' || (negated !== undefined && set === undefined);
  const fitsOne = (value: string) => wanted.some((one) => test(value, one)) === (negated === undefined);
  return set === 'ForAllValues' ? actual.every(fitsOne) : actual.some(fitsOne);
}

interface Operator {
  readonly set: 'ForAllValues' | 'ForAnyValue' | undefined;
  readonly name: string;
  readonly ifExists: boolean;
}

function readOperator(operator: string): Operator {
  const [, set, name = '', ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(.+?)(IfExists)?$/.exec(operator) ?? [];
  return { set: set as Operator['set'], name, ifExists: ifExists !== undefined };
}

/** Policy variables: `${aws:PrincipalTag/team}`; `${*}`, `${?}` and `${$}` stand for themselves. */
export function substitute(text: string, context: Context): string {
  if (!text.includes('${')) return text;
  return text.replace(/\$\{([^}]+)\}/g, (_whole, name: string) =>
    ['*', '?', '$'].includes(name) ? name : (context(name.toLowerCase())?.[0] ?? ''),
  );
}

/** Each of an ARN's six parts is matched on its own, so that a `*` does not reach over a colon. */
function fitsArn(actual: string, wanted: string): boolean {
  const [have, want] = [partsOf(actual), partsOf(wanted)];
  return want.length === have.length && want.every((part, i) => fits(part, have[i] ?? ''));
}

function partsOf(arn: string): string[] {
  const parts = arn.split(':');
  return parts.length < 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

function instantOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

/** IPv4 addresses and networks in CIDR notation. */
function inNetwork(actual: string, wanted: string): boolean {
  const [base = '', bits = '32'] = wanted.split('/');
  const shift = 32 - Number(bits);
  const prefix = (address: string) => Math.floor(addressNumber(address) / 2 ** shift);
  return prefix(actual) === prefix(base);
}

function addressNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}
