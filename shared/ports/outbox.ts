import type { Instant, Seconds, Story } from '../domain/index.ts';

/** Where stories wait to be told. What is in it is told sooner or later, to each channel once. */
export interface Outbox {
  /** Puts a story in, and wakes its delivery. */
  tell(story: Story): Promise<void>;
  /** Stories put in before an instant and not told yet, for whoever sweeps up what was not woken. */
  untold(before: Instant): Promise<readonly string[]>;
  /** Wakes the delivery of a story again. */
  wake(storyId: string): Promise<void>;
}

export type Delivery =
  | { readonly outcome: 'delivered' }
  /** May succeed later, at the earliest after so many seconds. */
  | { readonly outcome: 'later'; readonly after: Seconds; readonly reason: string }
  /** Will never succeed. */
  | { readonly outcome: 'refused'; readonly reason: string };

/** A way to reach people. */
export interface Channel {
  readonly name: string;
  deliver(story: Story): Promise<Delivery>;
}
