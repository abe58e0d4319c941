import type { ResourceType, Tag, TagDescription, TagSpecification } from '@aws-sdk/client-ec2';
import { invalidParameterValue } from './errors.ts';
import { resourceTypeOf } from './resource-types.ts';

/** The type in tag specifications and tag descriptions: `i-0abc` → `instance`. */
export function resourceType(id: string): ResourceType {
  const type = resourceTypeOf(id);
  if (type === undefined) throw invalidParameterValue(`Invalid value '${id}' for resource ID`);
  return type;
}

const NONE: ReadonlyMap<string, string> = new Map();

/** The tags of all of EC2's resources, by resource id. */
export class Tags {
  readonly #byResource = new Map<string, Map<string, string>>();

  of(id: string): ReadonlyMap<string, string> {
    return this.#byResource.get(id) ?? NONE;
  }

  wire(id: string): Tag[] {
    return [...this.of(id)].map(([Key, Value]) => ({ Key, Value }));
  }

  set(id: string, tags: Iterable<readonly [string, string]>): void {
    const current = this.#byResource.get(id) ?? new Map<string, string>();
    for (const [key, value] of tags) current.set(key, value);
    if (current.size > 0) this.#byResource.set(id, current);
  }

  remove(id: string, keys: readonly string[]): void {
    for (const key of keys) this.#byResource.get(id)?.delete(key);
  }

  /** Forgets a resource. */
  clear(id: string): void {
    this.#byResource.delete(id);
  }

  *descriptions(): Iterable<TagDescription & { ResourceId: string; Key: string; Value: string }> {
    for (const [id, tags] of this.#byResource)
      for (const [Key, Value] of tags) yield { ResourceId: id, ResourceType: resourceType(id), Key, Value };
  }
}

export function tagEntries(tags: readonly Tag[] | undefined): [string, string][] {
  return (tags ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? '']);
}

/** The tags that a request asks for on resources of one type. */
export function tagsFor(type: ResourceType, specifications: readonly TagSpecification[] | undefined) {
  return (specifications ?? [])
    .filter((specification) => specification.ResourceType === type)
    .flatMap((specification) => tagEntries(specification.Tags));
}
