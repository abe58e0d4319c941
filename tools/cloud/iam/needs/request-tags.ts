import { keys } from './need.ts';

interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
  readonly TagKey?: string | undefined;
  readonly TagValue?: string | undefined;
}

/** The condition keys of the tags that a request sets. */
export function tagKeys(tags: readonly Tag[]): Record<string, readonly string[]> {
  const entries = tags.map(
    ({ Key, Value, TagKey, TagValue }) => [Key ?? TagKey ?? '', Value ?? TagValue ?? ''] as const,
  );
  if (entries.length === 0) return {};
  return {
    ...keys(
      Object.fromEntries(entries.map(([key, value]) => [`aws:requesttag/${key.toLowerCase()}`, value])),
    ),
    'aws:tagkeys': entries.map(([key]) => key),
  };
}

/**
 * The condition keys of the tags in an input, in whatever form its service takes them: a list, a map, or keys alone
 * where tags are to go. EC2's, which are for kinds of resources, are no part of it.
 */
export function requestTags(input: object): Record<string, readonly string[]> {
  const members = input as Readonly<Record<string, unknown>>;
  const tags = members['Tags'] ?? members['tags'];
  const removed = members['TagKeys'] ?? members['tagKeys'];
  if (Array.isArray(tags)) return tagKeys(tags as readonly Tag[]);
  if (typeof tags === 'object' && tags !== null) {
    return tagKeys(Object.entries(tags as Record<string, string>).map(([Key, Value]) => ({ Key, Value })));
  }
  return Array.isArray(removed) ? { 'aws:tagkeys': removed as readonly string[] } : {};
}
