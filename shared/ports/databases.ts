import type { Database } from '../domain/index.ts';

/** Databases of RDS. */
export interface Databases {
  /** A DB instance by its identifier, or all of the region; none where there is no such. */
  described(identifier?: string): Promise<readonly Database[]>;
}
