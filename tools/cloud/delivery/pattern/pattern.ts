import type { Filter } from './filters.ts';
import { compileFilter, isObject, PatternError } from './filters.ts';

/** Whether an event, as parsed JSON, matches. */
export type Pattern = (event: unknown) => boolean;

/**
 * Reads an event pattern by the grammar of the EventBridge User Guide, "Comparison operators"; filter policies of
 * SNS are written in the same grammar.
 *
 * @throws PatternError
 */
export function parsePattern(text: string): Pattern {
  return compile(parseObject(text));
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new PatternError(error instanceof Error ? error.message : 'it is not JSON');
  }
  if (!isObject(parsed)) throw new PatternError('Filter is not an object');
  return parsed;
}

/** Every field of the pattern must match. */
function compile(pattern: Readonly<Record<string, unknown>>): Pattern {
  const entries = Object.entries(pattern);
  if (entries.length === 0) throw new PatternError('Empty objects are not allowed');
  const fields = entries.map(([name, value]) => compileField(name, value));
  return (event) => fields.every((matches) => matches(event));
}

function compileField(name: string, value: unknown): Pattern {
  if (name === '$or' && isAlternatives(value)) {
    const alternatives = value.map(compile);
    return (event) => alternatives.some((matches) => matches(event));
  }
  if (Array.isArray(value)) {
    const matches = compileLeaf(value);
    return (event) => matches(scalarsOf(fieldOf(event, name)));
  }
  if (!isObject(value)) throw new PatternError(`"${name}" must be an object or an array`);
  const matches = compile(value);
  // Of a list of objects, one and the same must match all of the pattern.
  return (event) => objectsOf(fieldOf(event, name)).some((one) => matches(one));
}

/** `$or` is a field's name unless it holds at least two patterns. */
function isAlternatives(value: unknown): value is Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) && value.length > 1 && value.every(isObject);
}

/** One of the filters must match one of the field's values. */
function compileLeaf(filters: readonly unknown[]): (values: readonly unknown[]) => boolean {
  if (filters.length === 0) throw new PatternError('Empty arrays are not allowed');
  const compiled = filters.map(compileValue);
  return (values) => compiled.some((matches) => matches(values));
}

function compileValue(filter: unknown): (values: readonly unknown[]) => boolean {
  if (Array.isArray(filter)) throw new PatternError('Arrays are not allowed inside an array of values');
  if (!isObject(filter)) return (values) => values.includes(filter);
  if ('exists' in filter) {
    const { exists } = filter;
    if (typeof exists !== 'boolean')
      throw new PatternError('exists match pattern must be either true or false.');
    return (values) => values.length > 0 === exists;
  }
  const matches: Filter = compileFilter(filter);
  return (values) => values.some(matches);
}

function fieldOf(event: unknown, name: string): unknown {
  return isObject(event) && Object.hasOwn(event, name) ? event[name] : undefined;
}

/** A field's values; a list counts as its elements, an object has none of its own. */
function scalarsOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  const values: readonly unknown[] = Array.isArray(value) ? value.flat(Infinity) : [value];
  return values.filter((one) => typeof one !== 'object' || one === null);
}

/** The objects to match a nested pattern with; an absent field still satisfies `exists: false` below it. */
function objectsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value.filter(isObject);
  return [isObject(value) ? value : {}];
}
