import type { Instant } from '../../kernel/index.ts';

/** What CloudWatch keeps of a set of values: enough for every statistic but percentiles. */
export interface StatisticSet {
  readonly sum: number;
  readonly count: number;
  readonly min: number;
  readonly max: number;
}

/** A run of equal slots of time, dropped as a whole once it is too old. */
interface Chunk {
  /** sum, count, min, max of each slot, one after the other; a slot with count 0 is empty. */
  readonly slots: Float64Array;
}

const FIELDS = 4;

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
    const { slots } = this.#chunk(index) ?? this.#newChunk(index);
    const offset = (slot - index * this.#chunkSlots) * FIELDS;
    const count = slots[offset + 1] ?? 0;
    slots[offset] = (slots[offset] ?? 0) + sample.sum;
    slots[offset + 1] = count + sample.count;
    slots[offset + 2] = count === 0 ? sample.min : Math.min(slots[offset + 2] ?? sample.min, sample.min);
    slots[offset + 3] = count === 0 ? sample.max : Math.max(slots[offset + 3] ?? sample.max, sample.max);
  }

  /** All values of slots that begin in [from, to), or undefined when there are none. */
  between(from: Instant, to: Instant): StatisticSet | undefined {
    let [sum, count, min, max] = [0, 0, Infinity, -Infinity];
    const end = Math.ceil(to / this.#slot);
    for (let slot = Math.ceil(from / this.#slot); slot < end; slot++) {
      const index = Math.floor(slot / this.#chunkSlots);
      const chunk = this.#chunk(index);
      if (chunk === undefined) {
        slot = (index + 1) * this.#chunkSlots - 1;
        continue;
      }
      const offset = (slot - index * this.#chunkSlots) * FIELDS;
      const values = chunk.slots[offset + 1] ?? 0;
      if (values === 0) continue;
      sum += chunk.slots[offset] ?? 0;
      count += values;
      min = Math.min(min, chunk.slots[offset + 2] ?? min);
      max = Math.max(max, chunk.slots[offset + 3] ?? max);
    }
    return count === 0 ? undefined : { sum, count, min, max };
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
    const chunk = { slots: new Float64Array(this.#chunkSlots * FIELDS) };
    this.#chunks.set(index, chunk);
    this.#recent = { index, chunk };
    return chunk;
  }
}
