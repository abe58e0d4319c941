import type { Filter, Tag } from '@aws-sdk/client-ec2';
import { page, type AwsError } from '../../kernel/index.ts';
import { missingParameter } from './errors.ts';
import { passes, type Filters } from './filters.ts';
import type { Tags } from './tags.ts';

/** What a kind of resource is, to the collection that keeps it. */
export interface Kind<Item> {
  readonly idOf: (item: Item) => string;
  readonly missing: (id: string) => AwsError;
  readonly filters: Filters<Item>;
}

export interface Query {
  readonly ids?: readonly string[] | undefined;
  readonly filters?: readonly Filter[] | undefined;
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

/** Resources of one kind, by id, in the order of their creation. */
export class Collection<Item extends object> {
  readonly #items = new Map<string, Item>();
  readonly #kind: Kind<Item>;
  readonly #tags: Tags;
  readonly #changed: () => void;

  /** @param changed called after every change of an item */
  constructor(kind: Kind<Item>, tags: Tags, changed: () => void = () => undefined) {
    this.#kind = kind;
    this.#tags = tags;
    this.#changed = changed;
  }

  /** @throws AwsError the kind's not-found error, or MissingParameter */
  get(id: string | undefined): Item {
    if (id === undefined || id === '') throw missingParameter('the resource ID');
    const item = this.#items.get(id);
    if (item === undefined) throw this.#kind.missing(id);
    return item;
  }

  find(id: string): Item | undefined {
    return this.#items.get(id);
  }

  values(): IterableIterator<Item> {
    return this.#items.values();
  }

  where(predicate: (item: Item) => boolean): Item[] {
    return [...this.#items.values()].filter(predicate);
  }

  add(item: Item, tags: Iterable<readonly [string, string]> = []): Item {
    const id = this.#kind.idOf(item);
    this.#items.set(id, item);
    this.#tags.set(id, tags);
    this.#changed();
    return item;
  }

  update(id: string | undefined, change: Partial<Item>): Item {
    const changed = { ...this.get(id), ...change };
    this.#items.set(this.#kind.idOf(changed), changed);
    this.#changed();
    return changed;
  }

  delete(id: string | undefined): void {
    const gone = this.#kind.idOf(this.get(id));
    this.#items.delete(gone);
    this.#tags.clear(gone);
    this.#changed();
  }

  /** An item as a Describe call shows it. */
  tagged(item: Item): Item & { Tags: Tag[] } {
    return { ...item, Tags: this.#tags.wire(this.#kind.idOf(item)) };
  }

  /** The answer of a Describe call: those asked for by id must exist, and pass the filters. */
  describe(query: Query): { items: (Item & { Tags: Tag[] })[]; NextToken?: string } {
    const asked = query.ids?.length ? query.ids.map((id) => this.get(id)) : [...this.#items.values()];
    const passing = asked.filter((item) =>
      passes(item, this.#tags.of(this.#kind.idOf(item)), query.filters, this.#kind.filters),
    );
    const { items, nextToken } = page(
      passing,
      query.nextToken,
      query.maxResults ?? Number.POSITIVE_INFINITY,
      'InvalidNextToken',
    );
    return {
      items: items.map((item) => this.tagged(item)),
      ...(nextToken === undefined ? {} : { NextToken: nextToken }),
    };
  }
}
