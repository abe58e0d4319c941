import type { Instant } from '../../kernel/index.ts';

/** What CloudWatch keeps of a set of values: enough for every statistic but percentiles. */
export interface StatisticSet {
  readonly sum: number;
  readonly count: number;
  readonly min: number;
  readonly max: number;
}

const FIELDS = 4;

/** A run of equal slots of time, dropped as a whole once it is too old. */
class Chunk {
  /**
   * The one value of each slot, NaN where there is none, for as long as no slot has had more than one: most metrics
   * are put once a minute, and need a quarter of the room.
   */
  #values: Float64Array | undefined;
  /** Else sum, count, minimum and maximum of each slot, one after the other. */
  #sets: Float64Array | undefined;
  readonly #length: number;

  constructor(length: number) {
    this.#length = length;
    this.#values = new Float64Array(length).fill(NaN);
  }

  add(slot: number, { sum, count, min, max }: StatisticSet): void {
    if (this.#values !== undefined && count === 1 && Number.isNaN(this.#values[slot])) {
      this.#values[slot] = sum;
      return;
    }
    const sets = this.#expanded();
    const at = slot * FIELDS;
    const before = sets[at + 1] ?? 0;
    sets[at] = (sets[at] ?? 0) + sum;
    sets[at + 1] = before + count;
    sets[at + 2] = before === 0 ? min : Math.min(sets[at + 2] ?? min, min);
    sets[at + 3] = before === 0 ? max : Math.max(sets[at + 3] ?? max, max);
  }

  /** Adds a slot's values to what has been gathered. */
  gather(slot: number, into: Gathered): void {
    if (this.#values !== undefined) {
      const value = this.#values[slot] ?? NaN;
      if (!Number.isNaN(value)) add(into, value, 1, value, value);
      return;
    }
    const at = slot * FIELDS;
    const [sum = 0, count = 0, min = 0, max = 0] = this.#sets?.subarray(at, at + FIELDS) ?? [];
    if (count > 0) add(into, sum, count, min, max);
  }

  #expanded(): Float64Array {
    if (this.#sets !== undefined) return this.#sets;
    const sets = new Float64Array(this.#length * FIELDS);
    for (const [slot, value] of (this.#values ?? []).entries()) {
      if (!Number.isNaN(value)) sets.set([value, 1, value, value], slot * FIELDS);
    }
    this.#values = undefined;
    this.#sets = sets;
    return sets;
  }
}

interface Gathered {
  sum: number;
  count: number;
  min: number;
  max: number;
}

function add(into: Gathered, sum: number, count: number, min: number, max: number): void {
  into.sum += sum;
  into.count += count;
  into.min = Math.min(into.min, min);
  into.max = Math.max(into.max, max);
}

/**
 * The values of one metric, added up slot by slot.
 *
 * Slots lie in chunks that are made when data arrives and dropped when they are older than `keep`, so that memory
 * depends on the retention and not on how long the cloud has run.
 */
export class SlotSeries {
  readonly #chunks = new Map<number, Chunk>();
  /** The chunk that was used last: data arrives, and is read, in order. */
  #recent: { index: number; chunk: Chunk } | undefined;
  readonly #slot: number;
  readonly #chunkSlots: number;
  readonly #keep: number;

  /**
   * @param slot        length of a slot, in milliseconds
   * @param chunkSlots  slots a chunk
   * @param keep        how long values are kept, in milliseconds
   */
  constructor(slot: number, chunkSlots: number, keep: number) {
    this.#slot = slot;
    this.#chunkSlots = chunkSlots;
    this.#keep = keep;
  }

  get isEmpty(): boolean {
    return this.#chunks.size === 0;
  }

  add(at: Instant, sample: StatisticSet): void {
    const slot = Math.floor(at / this.#slot);
    const index = Math.floor(slot / this.#chunkSlots);
    const chunk = this.#chunk(index) ?? this.#newChunk(index);
    chunk.add(slot - index * this.#chunkSlots, sample);
  }

  /** All values of slots that begin in [from, to), or undefined when there are none. */
  between(from: Instant, to: Instant): StatisticSet | undefined {
    const gathered: Gathered = { sum: 0, count: 0, min: Infinity, max: -Infinity };
    const end = Math.ceil(to / this.#slot);
    for (let slot = Math.ceil(from / this.#slot); slot < end; slot++) {
      const index = Math.floor(slot / this.#chunkSlots);
      const chunk = this.#chunk(index);
      if (chunk === undefined) slot = (index + 1) * this.#chunkSlots - 1;
      else chunk.gather(slot - index * this.#chunkSlots, gathered);
    }
    return gathered.count === 0 ? undefined : gathered;
  }

  /** Drops what is older than the retention at `now`. */
  prune(now: Instant): void {
    const oldest = Math.floor((now - this.#keep) / this.#slot / this.#chunkSlots);
    for (const index of this.#chunks.keys()) if (index < oldest) this.#chunks.delete(index);
    if (this.#recent !== undefined && this.#recent.index < oldest) this.#recent = undefined;
  }

  #chunk(index: number): Chunk | undefined {
    if (this.#recent?.index === index) return this.#recent.chunk;
    const chunk = this.#chunks.get(index);
    if (chunk !== undefined) this.#recent = { index, chunk };
    return chunk;
  }

  #newChunk(index: number): Chunk {
    const chunk = new Chunk(this.#chunkSlots);
    this.#chunks.set(index, chunk);
    this.#recent = { index, chunk };
    return chunk;
  }
}
