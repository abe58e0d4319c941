import type { Clock, Instant } from '../../kernel/index.ts';
import type { Item } from './values.ts';
import { identityOf } from './values.ts';

/** How long after its expiry an item is deleted at most. AWS promises "a few days" and mostly takes minutes. */
const BUCKET = 10 * 60_000;

/** Items that expired longer ago than this are left alone (developer guide, "Using time to live"). */
const OLDEST = 5 * 365 * 24 * 3_600_000;

/**
 * Which keys may expire when: one timed event for each ten minutes in which anything expires, and no look at
 * anything that does not.
 */
export class ExpiryBuckets {
  readonly #clock: Pick<Clock, 'now' | 'at'>;
  readonly #expire: (key: Item) => void;
  readonly #buckets = new Map<Instant, Map<string, Item>>();
  #attribute: string | undefined;

  constructor(clock: Pick<Clock, 'now' | 'at'>, expire: (key: Item) => void) {
    this.#clock = clock;
    this.#expire = expire;
  }

  /** The attribute that holds an item's expiry in epoch seconds, while time to live is enabled. */
  get attribute(): string | undefined {
    return this.#attribute;
  }

  enable(attribute: string, items: Iterable<{ item: Item; key: Item }>): void {
    this.#attribute = attribute;
    for (const { item, key } of items) this.note(item, key);
  }

  disable(): void {
    this.#attribute = undefined;
    this.#buckets.clear();
  }

  /** Remembers when an item that was just written expires, if it does. */
  note(item: Item, key: Item): void {
    const expiry = this.#expiryOf(item);
    if (expiry === undefined) return;
    const end = Math.ceil(Math.max(expiry, this.#clock.now()) / BUCKET) * BUCKET;
    const bucket = this.#buckets.get(end) ?? new Map<string, Item>();
    bucket.set(identityOf({ M: key }), key);
    if (this.#buckets.has(end)) return;
    this.#buckets.set(end, bucket);
    this.#clock.at(end, () => this.#fire(end));
  }

  /** Whether the item, as it now is, has expired. */
  isDue(item: Item): boolean {
    const expiry = this.#expiryOf(item);
    return expiry !== undefined && expiry <= this.#clock.now() && expiry > this.#clock.now() - OLDEST;
  }

  #fire(end: Instant): void {
    const keys = this.#buckets.get(end);
    this.#buckets.delete(end);
    for (const key of keys?.values() ?? []) this.#expire(key);
  }

  #expiryOf(item: Item): Instant | undefined {
    const value = this.#attribute === undefined ? undefined : item[this.#attribute];
    if (value === undefined || !('N' in value)) return undefined;
    return Number(value.N) * 1000;
  }
}
