import type { Instant } from '../../kernel/index.ts';
import type { Spread } from './spread.ts';
import { addTo, addValue, merged } from './spread.ts';

/** What is kept of a set of values. */
export interface StatisticSet {
  readonly sum: number;
  readonly count: number;
  readonly min: number;
  readonly max: number;
  /** Each value with how often it came, where whoever puts them knows. */
  readonly each?: readonly (readonly [value: number, times: number])[];
  /** The same of a set that is read, for percentiles; absent where they are not known one by one. */
  readonly spread?: Spread;
}

const FIELDS = 4;
/** What percentiles are made of takes much room: it is kept for as long as alarms and policies look back. */
const SPREAD_KEPT = 3 * 3_600_000;

/** A run of equal slots of time, dropped as a whole once it is too old. */
class Chunk {
  /**
   * The one value of each slot, NaN where there is none, for as long as no slot has had more than one: most metrics
   * are put once a minute, and need a quarter of the room.
   */
  #values: Float64Array | undefined;
  /** Else sum, count, minimum and maximum of each slot, one after the other. */
  #sets: Float64Array | undefined;
  /** How the values of slots are spread, where that is known; kept for a few hours only. */
  #spreads: Map<number, Spread> | undefined;
  readonly #length: number;

  constructor(length: number) {
    this.#length = length;
    this.#values = new Float64Array(length).fill(NaN);
  }

  add(slot: number, sample: StatisticSet): void {
    const { sum, count, min, max } = sample;
    if (this.#values !== undefined && count === 1 && Number.isNaN(this.#values[slot])) {
      this.#values[slot] = sum;
      return;
    }
    const sets = this.#expanded();
    const at = slot * FIELDS;
    const before = sets[at + 1] ?? 0;
    this.#spread(slot, sample, before);
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
      if (!Number.isNaN(value) && into.spread != null) addValue(into.spread, value, 1);
      return;
    }
    const at = slot * FIELDS;
    const [sum = 0, count = 0, min = 0, max = 0] = this.#sets?.subarray(at, at + FIELDS) ?? [];
    if (count === 0) return;
    add(into, sum, count, min, max);
    if (into.spread != null) into.spread = merged(into.spread, this.#spreads?.get(slot));
  }

  /** Forgets what percentiles are made of. */
  thin(): void {
    this.#spreads = undefined;
  }

  #spread(slot: number, sample: StatisticSet, before: number): void {
    this.#spreads ??= new Map();
    const known = before === 0 ? new Map<number, number>() : this.#spreads.get(slot);
    if (known === undefined) return;
    if (addTo(known, sample)) this.#spreads.set(slot, known);
    else this.#spreads.delete(slot);
  }

  #expanded(): Float64Array {
    if (this.#sets !== undefined) return this.#sets;
    const sets = new Float64Array(this.#length * FIELDS);
    for (const [slot, value] of (this.#values ?? []).entries()) {
      if (Number.isNaN(value)) continue;
      sets.set([value, 1, value, value], slot * FIELDS);
      this.#spread(slot, { sum: value, count: 1, min: value, max: value }, 0);
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
  /** Undefined where nobody asks for it, null where it is not known. */
  spread: Spread | null | undefined;
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
  between(from: Instant, to: Instant, withSpread = false): StatisticSet | undefined {
    const gathered: Gathered = {
      sum: 0,
      count: 0,
      min: Infinity,
      max: -Infinity,
      spread: withSpread ? new Map() : undefined,
    };
    const end = Math.ceil(to / this.#slot);
    for (let slot = Math.ceil(from / this.#slot); slot < end; slot++) {
      const index = Math.floor(slot / this.#chunkSlots);
      const chunk = this.#chunk(index);
      if (chunk === undefined) slot = (index + 1) * this.#chunkSlots - 1;
      else chunk.gather(slot - index * this.#chunkSlots, gathered);
    }
    if (gathered.count === 0) return undefined;
    const { spread, ...set } = gathered;
    return spread == null ? set : { ...set, spread };
  }

  /** Drops what is older than the retention at `now`, and what percentiles are made of somewhat earlier. */
  prune(now: Instant): void {
    const thin = Math.floor((now - SPREAD_KEPT) / this.#slot / this.#chunkSlots);
    for (const [index, chunk] of this.#chunks) if (index < thin) chunk.thin();
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
