import type { Decision, Disruption, FleetName, Instant, Seconds, Story } from '../domain/index.ts';

/** The number of a lease: higher than that of every lease before it. */
export type Fence = number;

/** One writer a fleet at a time. */
export interface Lease {
  /**
   * Runs `work` while holding the fleet's lease.
   * @returns what `work` gave, or `busy` when another writer holds the lease: then nothing was done
   */
  withLease<Result>(
    fleet: FleetName,
    holder: string,
    work: (fence: Fence) => Promise<Result>,
  ): Promise<Result | 'busy'>;
}

/** What was claimed under a name, and by whom. */
export interface Claim {
  readonly name: string;
  readonly owner: string;
  readonly at: Instant;
}

/** What the control plane remembers; everything in it expires. */
export interface Ledger {
  /** Records a decision from which nothing follows: whoever notes that nothing is to be done needs no lease. */
  note(decision: Decision): Promise<void>;
  /**
   * Records a decision and, in the same transaction, the story to be told of it.
   * @throws FenceError when a later lease has written since
   */
  record(decision: Decision, fence: Fence, story?: Story): Promise<void>;
  /** Decisions of a fleet, newest first. */
  decisions(fleet: FleetName, since: Instant, limit: number): Promise<readonly Decision[]>;
  /** Records, before it is done, what takes instances out of work; the same id is the same disruption. */
  disrupt(fleet: FleetName, id: string, disruption: Disruption): Promise<void>;
  /** What took instances of a fleet out of work since an instant. */
  disruptions(fleet: FleetName, since: Instant): Promise<readonly Disruption[]>;
  /** Claims a name for an owner. @returns 'claimed' if it was free or already the owner's, else who holds it */
  claim(name: string, owner: string, keep: Seconds): Promise<'claimed' | Claim>;
  isClaimed(name: string): Promise<boolean>;
  /** Who holds a name, if anybody does, and since when it was last claimed. */
  holder(name: string): Promise<Claim | undefined>;
  /** Frees a name, whoever has claimed it. */
  release(name: string): Promise<void>;
}
