import { createHash } from 'node:crypto';
import type { Item, Value } from './values.ts';
import { compareValues, identityOf, sizeOfItem } from './values.ts';

/** The names of a key's attributes. */
export interface KeyNames {
  readonly partition: string;
  readonly sort: string | undefined;
}

/** An item in its place in a collection. */
export interface Row {
  readonly item: Item;
  /** Its size as DynamoDB counts it. */
  readonly bytes: number;
  readonly sort: Value | undefined;
  /** Tells rows of an index apart that share partition and sort value; empty in a table itself. */
  readonly tie: string;
}

interface Partition {
  /** Where a scan meets it: partitions lie in no order that a caller could rely on. */
  readonly hash: string;
  readonly identity: string;
  readonly rows: Row[];
}

/** The sort value and tie of a row, which need not exist: where a page of results ended. */
export type Position = Pick<Row, 'sort' | 'tie'>;

/** Bounds on the sort key; each row in between matches. */
export interface SortRange {
  /** Whether a row lies before the range. Once false for a row, false for all after it. */
  readonly isBefore: (sort: Value) => boolean;
  /** Whether a row lies after the range. Once true for a row, true for all after it. */
  readonly isAfter: (sort: Value) => boolean;
}

/**
 * The items of a table or of an index: partitions of rows sorted by sort key, so that reading costs a binary
 * search and the results.
 */
export class Collection {
  readonly key: KeyNames;
  readonly #tieOf: (item: Item) => string;
  readonly #partitions = new Map<string, Partition>();
  /** All partitions, by hash. */
  readonly #ring: Partition[] = [];
  #items = 0;
  #bytes = 0;

  /** @param tieOf  for an index, the identity of the item's primary key */
  constructor(key: KeyNames, tieOf: (item: Item) => string = () => '') {
    this.key = key;
    this.#tieOf = tieOf;
  }

  get itemCount(): number {
    return this.#items;
  }

  get sizeBytes(): number {
    return this.#bytes;
  }

  /** Whether the item has this collection's key attributes; an index leaves out those that have not. */
  includes(item: Item): boolean {
    return (
      item[this.key.partition] !== undefined &&
      (this.key.sort === undefined || item[this.key.sort] !== undefined)
    );
  }

  positionOf(item: Item): Position {
    return {
      sort: this.key.sort === undefined ? undefined : item[this.key.sort],
      tie: this.#tieOf(item),
    };
  }

  /** The row at an item's key, if there is one. */
  find(item: Item): Row | undefined {
    const rows = this.#partitionOf(item)?.rows ?? [];
    const position = this.positionOf(item);
    const row = rows[firstIndex(rows, (other) => compareRows(other, position) >= 0)];
    return row !== undefined && compareRows(row, position) === 0 ? row : undefined;
  }

  put(item: Item): void {
    const partition = this.#partitionOf(item) ?? this.#addPartition(item);
    const row: Row = { item, bytes: sizeOfItem(item), ...this.positionOf(item) };
    const at = firstIndex(partition.rows, (other) => compareRows(other, row) >= 0);
    const old = partition.rows[at];
    const replaces = old !== undefined && compareRows(old, row) === 0;
    partition.rows.splice(at, replaces ? 1 : 0, row);
    this.#items += replaces ? 0 : 1;
    this.#bytes += row.bytes - (replaces ? old.bytes : 0);
  }

  delete(item: Item): void {
    const partition = this.#partitionOf(item);
    const row = this.find(item);
    if (partition === undefined || row === undefined) return;
    partition.rows.splice(partition.rows.indexOf(row), 1);
    this.#items--;
    this.#bytes -= row.bytes;
    if (partition.rows.length === 0) this.#removePartition(partition);
  }

  /** The rows of one partition whose sort keys are in a range, after a position, in the order asked for. */
  *query(
    partition: Value,
    range: SortRange,
    options: { readonly forward: boolean; readonly after?: Position | undefined },
  ): Generator<Row> {
    const rows = this.#partitions.get(identityOf(partition))?.rows ?? [];
    const sortOf = (row: Row) => row.sort;
    let first = firstIndex(rows, (row) => !within(sortOf(row), range.isBefore));
    let last = firstIndex(rows, (row) => within(sortOf(row), range.isAfter)) - 1;
    const { after, forward } = options;
    if (after !== undefined && forward) {
      first = Math.max(
        first,
        firstIndex(rows, (row) => compareRows(row, after) > 0),
      );
    } else if (after !== undefined) {
      last = Math.min(last, firstIndex(rows, (row) => compareRows(row, after) >= 0) - 1);
    }
    for (let at = 0; at <= last - first; at++) {
      const row = rows[forward ? first + at : last - at];
      if (row !== undefined) yield row;
    }
  }

  /**
   * All rows, partition after partition.
   *
   * @param after    an item (its key at least) at which an earlier page ended
   * @param segment  a share of the partitions, for parallel scans: the `index`-th of `total`
   */
  *scan(after: Item | undefined, segment: { index: number; total: number }): Generator<Row> {
    const start = after === undefined ? undefined : hashOf(this.#identityIn(after));
    let at = start === undefined ? 0 : firstIndex(this.#ring, (partition) => partition.hash >= start);
    for (; at < this.#ring.length; at++) {
      const partition = this.#ring[at];
      if (partition === undefined || segmentOf(partition.hash, segment.total) !== segment.index) continue;
      const position = after !== undefined && partition.hash === start ? this.positionOf(after) : undefined;
      const from =
        position === undefined ? 0 : firstIndex(partition.rows, (row) => compareRows(row, position) > 0);
      yield* partition.rows.slice(from);
    }
  }

  #identityIn(item: Item): string {
    const value = item[this.key.partition];
    return value === undefined ? '' : identityOf(value);
  }

  #partitionOf(item: Item): Partition | undefined {
    return this.#partitions.get(this.#identityIn(item));
  }

  #addPartition(item: Item): Partition {
    const identity = this.#identityIn(item);
    const partition = { identity, hash: hashOf(identity), rows: [] };
    this.#partitions.set(identity, partition);
    this.#ring.splice(this.#ringIndex(partition.hash), 0, partition);
    return partition;
  }

  #removePartition(partition: Partition): void {
    this.#partitions.delete(partition.identity);
    this.#ring.splice(this.#ringIndex(partition.hash), 1);
  }

  #ringIndex(hash: string): number {
    return firstIndex(this.#ring, (other) => other.hash >= hash);
  }
}

function within(sort: Value | undefined, bound: (sort: Value) => boolean): boolean {
  return sort !== undefined && bound(sort);
}

function compareRows(left: Position, right: Position): number {
  if (left.sort !== undefined && right.sort !== undefined) {
    const order = compareValues(left.sort, right.sort) ?? 0;
    if (order !== 0) return order;
  }
  return left.tie < right.tie ? -1 : left.tie > right.tie ? 1 : 0;
}

/** The first index at which the test holds, given that it then holds for all after; the length if for none. */
function firstIndex<T>(items: readonly T[], test: (item: T) => boolean): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && test(item)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function hashOf(identity: string): string {
  return createHash('md5').update(identity).digest('hex');
}

function segmentOf(hash: string, total: number): number {
  return Math.floor((Number.parseInt(hash.slice(0, 8), 16) / 2 ** 32) * total);
}
