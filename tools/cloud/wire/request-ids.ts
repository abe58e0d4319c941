import { createHash } from 'node:crypto';
import type { Ids } from '../kernel/index.ts';
import { seededIds } from '../kernel/index.ts';

/**
 * Ids of requests: each caller's follow from the seed and from how many it has made itself. They are apart from what
 * the services draw, and from other callers', so that neither changes by who else looks in, or how often.
 */
export class RequestIds {
  readonly #seed: number;
  readonly #byCaller = new Map<string, Ids>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** @param caller an access key; '' for whoever does not sign */
  next(caller: string): string {
    const known = this.#byCaller.get(caller);
    if (known !== undefined) return known.uuid();
    const digest = createHash('sha256').update(`${this.#seed} ${caller}`).digest();
    const ids = seededIds(digest.readUInt32LE());
    this.#byCaller.set(caller, ids);
    return ids.uuid();
  }
}
