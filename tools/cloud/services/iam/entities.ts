import { AwsError, page } from '../../kernel/index.ts';

/** Named things of one kind, in the order of their names as IAM lists them. */
export class Entities<Entity> {
  /** How IAM's messages call it, the name in braces: `role with name {}`. */
  readonly #noun: string;
  readonly #byName = new Map<string, Entity>();

  constructor(noun: string) {
    this.#noun = noun;
  }

  /** @throws AwsError NoSuchEntity */
  get(name: string | undefined): Entity {
    const entity = this.find(name);
    if (entity === undefined) throw noSuchEntity(`The ${this.#called(name)} cannot be found.`);
    return entity;
  }

  find(name: string | undefined): Entity | undefined {
    return this.#byName.get(name ?? '');
  }

  /** @throws AwsError EntityAlreadyExists */
  add(name: string, entity: Entity): void {
    if (this.#byName.has(name)) {
      const called = this.#called(name);
      const message = `${called.charAt(0).toUpperCase()}${called.slice(1)} already exists.`;
      throw new AwsError('EntityAlreadyExistsException', message);
    }
    this.#byName.set(name, entity);
  }

  delete(name: string): void {
    this.#byName.delete(name);
  }

  all(): Entity[] {
    return [...this.#byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entity]) => entity);
  }

  #called(name: string | undefined): string {
    return this.#noun.replace('{}', name ?? '');
  }
}

export function noSuchEntity(message: string): AwsError {
  return new AwsError('NoSuchEntityException', message);
}

export function deleteConflict(message: string): AwsError {
  return new AwsError('DeleteConflictException', message);
}

/** IAM's default number of items a page. */
const DEFAULT_ITEMS = 100;

/** One page of a listing as IAM words it. */
export function listing<Item>(
  items: readonly Item[],
  { Marker, MaxItems = DEFAULT_ITEMS }: { Marker?: string | undefined; MaxItems?: number | undefined },
): { items: Item[]; IsTruncated: boolean; Marker?: string } {
  const { items: some, nextToken } = page(items, Marker, MaxItems, 'ValidationError');
  return {
    items: some,
    IsTruncated: nextToken !== undefined,
    ...(nextToken === undefined ? {} : { Marker: nextToken }),
  };
}

interface Tag {
  readonly Key: string | undefined;
  readonly Value: string | undefined;
}

export function tagMap(tags: readonly Tag[] = []): Map<string, string> {
  return new Map(tags.map(({ Key, Value }) => [Key ?? '', Value ?? '']));
}

export function tagList(tags: ReadonlyMap<string, string>): { Key: string; Value: string }[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}

export function setTags(tags: Map<string, string>, added: readonly Tag[] = []): void {
  for (const { Key, Value } of added) tags.set(Key ?? '', Value ?? '');
}

export function removeTags(tags: Map<string, string>, keys: readonly string[] = []): void {
  for (const key of keys) tags.delete(key);
}

/** IAM's replies have policies percent-encoded (RFC 3986). */
export function encodedDocument(document: string): string {
  return encodeURIComponent(document);
}
