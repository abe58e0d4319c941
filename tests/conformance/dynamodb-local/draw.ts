import { seededIds } from '../../../tools/cloud/kernel/index.ts';

/** Chance, the same for the same seed. */
export class Draw {
  readonly #ids;

  constructor(seed: number) {
    this.#ids = seededIds(seed);
  }

  /** One of 0 … most - 1. */
  below(most: number): number {
    return Math.floor(this.#ids.random() * most);
  }

  /** True once in so many times. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }

  of<Item>(...items: readonly [Item, ...Item[]]): Item {
    return items[this.below(items.length)] ?? items[0];
  }

  /** What one of the makers makes. */
  from<Item>(...makers: readonly [() => Item, ...(() => Item)[]]): Item {
    return this.of(...makers)();
  }

  /** `least` to `most` things. */
  some<Item>(least: number, most: number, make: () => Item): Item[] {
    return Array.from({ length: least + this.below(most - least + 1) }, make);
  }
}
