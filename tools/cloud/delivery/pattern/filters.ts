import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** Whether one value of an event satisfies a filter. Values are JSON scalars. */
export type Filter = (value: unknown) => boolean;

/** What makes a pattern invalid; the message is AWS's `Reason`. */
export class PatternError extends Error {}

type Json = Readonly<Record<string, unknown>>;

/** A filter written as an object with one key, `{"prefix": "eu-"}`; `exists` is dealt with by the caller. */
export function compileFilter(filter: Json): Filter {
  const entries = Object.entries(filter);
  const [entry] = entries;
  if (entry === undefined || entries.length > 1) {
    throw new PatternError('Only one key allowed in match expression');
  }
  const [name, operand] = entry;
  if (name === 'anything-but') return anythingBut(operand);
  if (name === 'numeric') return numeric(operand);
  if (name === 'cidr') return cidr(operand);
  return textFilter(name, operand);
}

/** The filters of text, which `anything-but` can turn round. */
function textFilter(name: string, operand: unknown): Filter {
  switch (name) {
    case 'prefix':
      return affix('prefix', operand, (value, affixed) => value.startsWith(affixed));
    case 'suffix':
      return affix('suffix', operand, (value, affixed) => value.endsWith(affixed));
    case 'equals-ignore-case': {
      const wanted = stringOf(name, operand).toLowerCase();
      return ofText((value) => value.toLowerCase() === wanted);
    }
    case 'wildcard': {
      const wanted = wildcard(stringOf(name, operand));
      return ofText((value) => wanted.test(value));
    }
    default:
      throw new PatternError(`Unrecognized match type ${name}`);
  }
}

function affix(name: string, operand: unknown, has: (value: string, affixed: string) => boolean): Filter {
  if (isObject(operand)) {
    const wanted = stringOf(name, operand['equals-ignore-case']).toLowerCase();
    return ofText((value) => has(value.toLowerCase(), wanted));
  }
  const wanted = stringOf(name, operand);
  return ofText((value) => has(value, wanted));
}

function anythingBut(operand: unknown): Filter {
  if (isObject(operand)) {
    const [entry, ...more] = Object.entries(operand);
    if (entry === undefined || more.length > 0) {
      throw new PatternError('Only one key allowed in anything-but expression');
    }
    const excluded = listOf(entry[1]).map((one) => excludedText(entry[0], one));
    if (excluded.length === 0) throw new PatternError(`Empty ${entry[0]} list in anything-but expression`);
    return (value) => value !== undefined && !excluded.some((matches) => matches(value));
  }
  const excluded = listOf(operand);
  if (excluded.length === 0 || excluded.some((one) => typeof one !== 'string' && typeof one !== 'number')) {
    throw new PatternError('Value of anything-but must be an array or single string/number value.');
  }
  if (new Set(excluded.map((one) => typeof one)).size > 1) {
    throw new PatternError(
      'Inside anything but list, either all values are number or string, mixed type is not supported',
    );
  }
  return (value) => value !== undefined && !excluded.includes(value);
}

/** Inside `anything-but`, a prefix or suffix is text that is not empty. */
function excludedText(name: string, operand: unknown): Filter {
  if (name === 'prefix' || name === 'suffix') {
    if (stringOf(name, operand) === '') throw new PatternError('Null prefix/suffix not allowed');
  }
  return textFilter(name, operand);
}

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

/** `[">", 0, "<=", 5]`: one comparison, or a lower bound and an upper one. */
function numeric(operand: unknown): Filter {
  if (!Array.isArray(operand) || operand.length === 0)
    throw new PatternError('Invalid member in numeric match');
  if (operand.length !== 2 && operand.length !== 4) throw new PatternError('Too many terms in numeric range');
  const [first, low, second, high] = operand as unknown[];
  if (operand.length === 4) checkRange(first, low, second, high);
  const comparisons =
    operand.length === 2 ? [compare(first, low)] : [compare(first, low), compare(second, high)];
  return (value) => typeof value === 'number' && comparisons.every((holds) => holds(value));
}

function compare(operator: unknown, bound: unknown): (value: number) => boolean {
  const comparison = typeof operator === 'string' ? COMPARISONS[operator] : undefined;
  if (comparison === undefined)
    throw new PatternError(`Unrecognized numeric range operator: ${String(operator)}`);
  if (typeof bound !== 'number') throw new PatternError('Value of numeric must be numeric');
  return (value) => comparison(value, bound);
}

function checkRange(first: unknown, low: unknown, second: unknown, high: unknown): void {
  if (!String(first).startsWith('>') || !String(second).startsWith('<'))
    throw new PatternError('Bad numeric range');
  if (typeof low === 'number' && typeof high === 'number' && low >= high) {
    throw new PatternError('Bottom must be less than top');
  }
}

function cidr(operand: unknown): Filter {
  const [network = '', bits = ''] = stringOf('cidr', operand).split('/');
  const family = familyOf(network);
  if (family === undefined || !/^\d+$/.test(bits))
    throw new PatternError(`Malformed CIDR, ${String(operand)}`);
  const most = family === 'ipv4' ? 32 : 128;
  if (Number(bits) >= most)
    throw new PatternError(`${family === 'ipv4' ? 'IPv4' : 'IPv6'} mask bits must be < ${most}`);
  const block = new BlockList();
  block.addSubnet(network, Number(bits), family);
  return ofText((value) => familyOf(value) === family && block.check(value, family));
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  if (isIPv4(address)) return 'ipv4';
  return isIPv6(address) ? 'ipv6' : undefined;
}

/** `*` stands for any text; `\*` and `\\` for themselves. */
function wildcard(pattern: string): RegExp {
  let source = '';
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern.charAt(index);
    if (character === '\\') {
      index++;
      const escaped = pattern.charAt(index);
      if (escaped !== '*' && escaped !== '\\')
        throw new PatternError(`Invalid escape character at pos ${index}`);
      source += `\\${escaped}`;
    } else if (character === '*') {
      if (pattern.charAt(index + 1) === '*') {
        throw new PatternError(`Consecutive wildcard characters at pos ${index}`);
      }
      source += '[^]*';
    } else {
      source += character.replace(/[.+^${}()|[\]?]/, '\\$&');
    }
  }
  return new RegExp(`^${source}$`);
}

function ofText(matches: (value: string) => boolean): Filter {
  return (value) => typeof value === 'string' && matches(value);
}

function stringOf(name: string, operand: unknown): string {
  if (typeof operand !== 'string') throw new PatternError(`${name} match pattern must be a string`);
  return operand;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
