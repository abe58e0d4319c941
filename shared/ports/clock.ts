import type { Instant } from '../domain/index.ts';

export interface Clock {
  now(): Instant;
}

export interface Ids {
  /** A new identifier, unique for all time. */
  next(): string;
}
