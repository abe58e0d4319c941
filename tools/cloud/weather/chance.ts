import type { Instant } from '../kernel/clock.ts';

/**
 * Chance that depends on what it is about, and on nothing that happened before: two calls that arrive at the same
 * virtual instant draw the same numbers in whichever order the sockets bring them.
 */
export class Chance {
  readonly #seed: number;
  readonly #now: () => Instant;
  /** How often each thing was drawn for at this instant, so that a call that is tried again has a chance of its own. */
  readonly #drawn = new Map<string, number>();
  #instant = -1;

  constructor(seed: number, now: () => Instant) {
    this.#seed = seed;
    this.#now = now;
  }

  /** Uniform in [0, 1). The port that the cloud listens on, which URLs contain, counts for nothing. */
  draw(given: string): number {
    const about = given.replaceAll(/127\.0\.0\.1:\d+/g, '');
    const now = this.#now();
    if (now !== this.#instant) this.#drawn.clear();
    this.#instant = now;
    const times = this.#drawn.get(about) ?? 0;
    this.#drawn.set(about, times + 1);
    return uniform(`${this.#seed} ${now} ${times} ${about}`);
  }
}

/** FNV-1a, then MurmurHash3's finaliser, as a number in [0, 1): both public domain. */
function uniform(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
