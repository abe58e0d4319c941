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
  const matches = compile(parseObject(text), []);
  return (event) => matches(event, event);
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

/** How a part of a pattern judges the part of the event that it stands beside. */
type Matcher = (value: unknown, event: unknown) => boolean;

/** Every field of the pattern must match. @param path of names that leads to the pattern */
function compile(pattern: Readonly<Record<string, unknown>>, path: readonly string[]): Matcher {
  const entries = Object.entries(pattern);
  if (entries.length === 0) throw new PatternError('Empty objects are not allowed');
  const fields = entries.map(([name, value]) => compileField(name, value, path));
  return (value, event) => fields.every((matches) => matches(value, event));
}

function compileField(name: string, value: unknown, above: readonly string[]): Matcher {
  if (name === '$or' && isAlternatives(value)) {
    const alternatives = value.map((one) => compile(one, above));
    return (part, event) => alternatives.some((matches) => matches(part, event));
  }
  const path = [...above, name];
  if (Array.isArray(value)) {
    const matches = compileLeaf(value, path);
    return (part, event) => matches(scalarsOf(fieldOf(part, name)), event);
  }
  if (!isObject(value)) throw new PatternError(`"${name}" must be an object or an array`);
  const matches = compile(value, path);
  // Of a list of objects, one and the same must match all of the pattern.
  return (part, event) => objectsOf(fieldOf(part, name)).some((one) => matches(one, event));
}

/** `$or` is a field's name unless it holds at least two patterns. */
function isAlternatives(value: unknown): value is Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) && value.length > 1 && value.every(isObject);
}

type LeafMatcher = (values: readonly unknown[], event: unknown) => boolean;

/** One of the filters must match one of the field's values. */
function compileLeaf(filters: readonly unknown[], path: readonly string[]): LeafMatcher {
  if (filters.length === 0) throw new PatternError('Empty arrays are not allowed');
  const compiled = filters.map((filter) => compileValue(filter, path));
  return (values, event) => compiled.some((matches) => matches(values, event));
}

function compileValue(filter: unknown, path: readonly string[]): LeafMatcher {
  if (Array.isArray(filter)) throw new PatternError('Arrays are not allowed inside an array of values');
  if (!isObject(filter)) return (values) => values.includes(filter);
  if ('exists' in filter) return compileExists(filter['exists'], path);
  const matches: Filter = compileFilter(filter);
  return (values) => values.some(matches);
}

/** A field is absent only if it is so everywhere in the event, in each object of a list. */
function compileExists(exists: unknown, path: readonly string[]): LeafMatcher {
  if (typeof exists !== 'boolean')
    throw new PatternError('exists match pattern must be either true or false.');
  return exists ? (values) => values.length > 0 : (_, event) => !isAnywhere(event, path);
}

function isAnywhere(value: unknown, [name, ...below]: readonly string[]): boolean {
  if (name === undefined) return scalarsOf(value).length > 0;
  return objectsOf(value).some((one) => isAnywhere(fieldOf(one, name), below));
}

function fieldOf(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** A field's values; a list counts as its elements, an object has none of its own. */
function scalarsOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  const values: readonly unknown[] = Array.isArray(value) ? value.flat(Infinity) : [value];
  return values.filter((one) => typeof one !== 'object' || one === null);
}

/** The objects to match a nested pattern with: of what has none, an empty one, which lacks all fields. */
function objectsOf(value: unknown): readonly unknown[] {
  const objects = [value].flat(Infinity).filter(isObject);
  return objects.length > 0 ? objects : [{}];
}
