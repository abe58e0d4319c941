import type { Cancel, Clock, Instant } from '../../kernel/clock.ts';
import type { Service } from '../../kernel/service.ts';

const SECOND = 1000;
/** The oldest state that a plan can ask for is this old. */
const KEPT = 60 * SECOND;

type Reads = Service['operations'];

interface Copy {
  readonly at: Instant;
  /** By package of the SDK client. */
  readonly reads: ReadonlyMap<string, Reads>;
}

/**
 * Copies of the services' states, one a virtual second for the last minute, from which a read can be answered as if it
 * had been made then: by the service's own code, with all its filters, pages and errors.
 */
export class Archive {
  readonly #clock: Clock;
  readonly #services: readonly Service[];
  #copies: Copy[] = [];
  #readers = 0;
  #cancel: Cancel = () => undefined;

  constructor(clock: Clock, services: readonly Service[]) {
    this.#clock = clock;
    this.#services = services.filter(({ readsOfNow }) => readsOfNow !== undefined);
  }

  /** Begins to copy, unless it has begun for another. @returns ends it */
  open(): Cancel {
    if (this.#readers++ === 0) {
      this.#copy();
      this.#cancel = this.#clock.every(SECOND, () => this.#copy());
    }
    return () => {
      if (--this.#readers > 0) return;
      this.#cancel();
      this.#copies = [];
    };
  }

  /** A service's read operations on its newest state that is at least so old, or on the oldest that is kept. */
  reads(service: Service, age: number): Reads | undefined {
    const newest = this.#clock.now() - age;
    const copy = this.#copies.findLast(({ at }) => at <= newest) ?? this.#copies[0];
    return copy?.reads.get(service.client);
  }

  #copy(): void {
    const at = this.#clock.now();
    const reads = new Map(
      this.#services.flatMap(({ client, readsOfNow }) =>
        readsOfNow === undefined ? [] : [[client, readsOfNow()] as const],
      ),
    );
    this.#copies = [...this.#copies.filter((copy) => copy.at >= at - KEPT - SECOND), { at, reads }];
  }
}
