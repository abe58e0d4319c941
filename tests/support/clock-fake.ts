import type { Instant } from '../../shared/domain/index.ts';
import type { Clock } from '../../shared/ports/index.ts';

/** A clock that stands still until it is moved. */
export class ClockFake implements Clock {
  #now: Instant;

  constructor(now: Instant = Date.UTC(2026, 2, 2, 7)) {
    this.#now = now;
  }

  now(): Instant {
    return this.#now;
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds;
  }
}
