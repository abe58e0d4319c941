import { AwsError } from '../../kernel/index.ts';

/** A decimal number: `coefficient` × 10^`exponent`. */
interface Decimal {
  readonly coefficient: bigint;
  readonly exponent: number;
}

const MAX_DIGITS = 38;
const MAX_MAGNITUDE = 125;
const MIN_MAGNITUDE = -130;

/**
 * DynamoDB's form of a number: plain decimal digits, no leading or trailing zeros.
 * `"1.50"` → `"1.5"`, `"1e3"` → `"1000"`.
 *
 * @throws AwsError ValidationException when it is no number, or has more than 38 digits or a magnitude outside
 *   1E-130 … 9.9E+125
 */
export function normalizeNumber(text: string): string {
  if (/^(0|-?[1-9]\d{0,14})$/.test(text)) return text;
  return format(checked(parse(text)));
}

/** Negative, zero or positive, as `left` is less than, equal to or greater than `right`. */
export function compareNumbers(left: string, right: string): number {
  if (left === right) return 0;
  if (left.length < 16 && right.length < 16) return Number(left) - Number(right);
  const [a, b] = aligned(parse(left), parse(right));
  return a < b ? -1 : a > b ? 1 : 0;
}

export function addNumbers(left: string, right: string): string {
  return combine(left, right, (a, b) => a + b);
}

export function subtractNumbers(left: string, right: string): string {
  return combine(left, right, (a, b) => a - b);
}

function combine(left: string, right: string, how: (a: bigint, b: bigint) => bigint): string {
  const [l, r] = [parse(left), parse(right)];
  const exponent = Math.min(l.exponent, r.exponent);
  const [a, b] = aligned(l, r);
  return format(checked(trimmed(how(a, b), exponent)));
}

function parse(text: string): Decimal {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  const [, sign = '', whole = '', fraction = '', power = '0'] = match ?? [];
  if (match === null || whole + fraction === '') {
    throw invalid(`The parameter cannot be converted to a numeric value: ${text}`);
  }
  const digits = BigInt(whole + fraction);
  return trimmed(sign === '-' ? -digits : digits, Number(power) - fraction.length);
}

/** Without trailing zeros in the coefficient, so that equal numbers are equal decimals. */
function trimmed(coefficient: bigint, exponent: number): Decimal {
  if (coefficient === 0n) return { coefficient, exponent: 0 };
  const digits = coefficient.toString();
  const zeros = digits.length - digits.replace(/0+$/, '').length;
  return { coefficient: coefficient / 10n ** BigInt(zeros), exponent: exponent + zeros };
}

function checked(number: Decimal): Decimal {
  const digits = number.coefficient.toString().replace('-', '').length;
  const magnitude = digits + number.exponent - 1;
  if (number.coefficient === 0n) return number;
  if (magnitude > MAX_MAGNITUDE) {
    throw invalid('Number overflow. Attempting to store a number with magnitude larger than supported range');
  }
  if (magnitude < MIN_MAGNITUDE) {
    throw invalid(
      'Number underflow. Attempting to store a number with magnitude smaller than supported range',
    );
  }
  if (digits > MAX_DIGITS) {
    throw invalid('Attempting to store more than 38 significant digits in a Number');
  }
  return number;
}

function aligned(left: Decimal, right: Decimal): [bigint, bigint] {
  const exponent = Math.min(left.exponent, right.exponent);
  const scale = ({ coefficient, exponent: own }: Decimal) => coefficient * 10n ** BigInt(own - exponent);
  return [scale(left), scale(right)];
}

function format({ coefficient, exponent }: Decimal): string {
  const sign = coefficient < 0n ? '-' : '';
  const digits = coefficient.toString().replace('-', '');
  if (exponent >= 0) return `${sign}${digits}${'0'.repeat(exponent)}`;
  const padded = digits.padStart(1 - exponent, '0');
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
