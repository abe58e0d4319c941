import type { Instant } from './time.ts';

/** What AWS has said last of a change that it plans for an instance. */
export interface Announcement {
  /** The change, by its ARN in AWS Health. */
  readonly change: string;
  readonly saidAt: Instant;
  /** When it begins, if that is known. */
  readonly by?: Instant;
  /** Nothing of it is to come any more: it was called off, or is done. */
  readonly isOver: boolean;
}
