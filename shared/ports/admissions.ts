import type { FleetName, Instant } from '../domain/index.ts';

/** How a fleet's admissions have ended of late. */
export interface Admissions {
  /**
   * Notes an admission that failed; the same one noted twice is one.
   * @returns how many have failed in a row, and since when
   */
  failed(fleet: FleetName, admission: string): Promise<{ readonly count: number; readonly since: Instant }>;
  /** Ends the row. */
  succeeded(fleet: FleetName): Promise<void>;
}
