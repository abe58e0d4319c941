import type { FleetName } from '../domain/index.ts';

/** What was last remembered of a fleet, and which of its states that is. */
export interface Remembered {
  readonly version: number;
  /** Plain JSON; undefined when what is stored cannot be read any more. */
  readonly content: unknown;
}

/**
 * What is learnt of a fleet from one evaluation to the next. Evaluations run at the same time, doubled and late: a state
 * replaces the one that it was made from, or nothing at all, so that none is made of half of another.
 */
export interface Memory {
  recall(fleet: FleetName): Promise<Remembered | undefined>;
  /**
   * @param replaces version of the state that this one was made from; undefined when there was none
   * @returns false when another evaluation has remembered since: then nothing was written
   */
  remember(fleet: FleetName, content: unknown, replaces: number | undefined): Promise<boolean>;
}
