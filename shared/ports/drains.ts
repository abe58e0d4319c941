import type { FleetName, Instant } from '../domain/index.ts';

/** How far a drain is: what an operator sees of it. */
export interface DrainProgress {
  readonly instance: string;
  readonly fleet: FleetName;
  readonly group: string;
  /** The execution that drains: orders are for one execution. */
  readonly execution: string;
  readonly startedAt: Instant;
  readonly lookedAt: Instant;
  readonly deadline: Instant;
  /** When the hook itself ends, or AWS takes the instance: no hold outlasts that. */
  readonly latest?: Instant;
  readonly waitsFor: readonly string[];
  /** How it ended; absent while it goes on. */
  readonly end?: string;
  readonly command?: { readonly progress: string; readonly exitCode?: number; readonly output?: string };
}

/** What has been said of a drain by others than itself. */
export interface Orders {
  readonly isHeld?: boolean;
  readonly isLetGo?: boolean;
  readonly lost?: string;
  readonly takenAt?: Instant;
  readonly by?: string;
}

export type DrainOrder = 'hold' | 'release' | 'let-go';

/** Drains as they go on, and what is ordered of them. */
export interface Drains {
  /** Says how far a drain is. @returns what has been ordered of it meanwhile */
  note(progress: DrainProgress): Promise<Orders>;
  /** Those that go on, and those that ended in the last days. */
  all(): Promise<readonly (DrainProgress & { readonly orders: Orders })[]>;
  /** @returns `gone` when no drain of that execution goes on */
  order(
    drain: Pick<DrainProgress, 'instance' | 'execution'>,
    order: DrainOrder,
    by: string,
  ): Promise<'done' | 'gone'>;
  /** Notes for whoever drains the instance, now or later, that it is not running any more. */
  isLost(instance: string, state: string): Promise<void>;
  /** Notes for whoever drains the instance, now or later, when AWS takes it. */
  isTaken(instance: string, at: Instant): Promise<void>;
}
