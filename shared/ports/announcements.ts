import type { Announcement } from '../domain/index.ts';

/** Changes that AWS plans for instances, by what it has said of each last. */
export interface Announcements {
  /** Notes what is said of a change. What was said before what is known already changes nothing. */
  note(instance: string, announcement: Announcement): Promise<void>;
  of(instance: string): Promise<readonly Announcement[]>;
}
