import type { Filter } from '@aws-sdk/client-ec2';
import { invalidParameterValue } from './errors.ts';

type Value = string | number | boolean | undefined;

/** What a resource's filters compare with, by the name of the filter. */
export type Filters<Item> = Readonly<Record<string, (item: Item) => Value | readonly Value[]>>;

/**
 * Whether an item passes all filters of a Describe call: every filter, by any of its values, with `*` and `?`
 * as wildcards. `tag:<key>`, `tag-key` and `tag-value` work on everything.
 *
 * @throws AwsError InvalidParameterValue for a filter that the resource does not have
 */
export function passes<Item>(
  item: Item,
  tags: ReadonlyMap<string, string>,
  filters: readonly Filter[] | undefined,
  known: Filters<Item>,
): boolean {
  return (filters ?? []).every((filter) => {
    const values = valuesOf(item, tags, filter.Name ?? '', known);
    return (filter.Values ?? []).some((pattern) => values.some((value) => isLike(value, pattern)));
  });
}

function valuesOf<Item>(
  item: Item,
  tags: ReadonlyMap<string, string>,
  name: string,
  known: Filters<Item>,
): string[] {
  if (name.startsWith('tag:')) return defined(tags.get(name.slice('tag:'.length)));
  if (name === 'tag-key') return [...tags.keys()];
  if (name === 'tag-value') return [...tags.values()];
  const accessor = known[name];
  if (accessor === undefined) throw invalidParameterValue(`The filter '${name}' is invalid`);
  const found = accessor(item);
  return Array.isArray(found) ? found.flatMap(defined) : defined(found as Value);
}

function defined(value: Value): string[] {
  return value === undefined ? [] : [String(value)];
}

function isLike(value: string, pattern: string): boolean {
  if (!/[*?\\]/.test(pattern)) return value === pattern;
  const source = pattern
    .replace(/[.+^${}()|[\]]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/(?<!\\)\?/g, '.');
  return new RegExp(`^${source}$`, 's').test(value);
}
