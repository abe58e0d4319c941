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

/** How a channel's part in a story ended: these are over for good. */
export type Settled = 'delivered' | 'refused';

/** The stories of the outbox, for whoever delivers them. */
export interface Stories {
  /** A story and the channels that are done with it; undefined once it is forgotten. */
  load(
    storyId: string,
  ): Promise<{ readonly story: Story; readonly settled: ReadonlyMap<string, Settled> } | undefined>;
  /** Reserves a channel for one delivery. @returns false while somebody else delivers, or has done so */
  reserve(storyId: string, channel: string, most: Seconds): Promise<boolean>;
  /** The channel is done with the story. */
  settle(storyId: string, channel: string, how: Settled): Promise<void>;
  /** Gives a reservation back: the delivery has to be tried again. */
  release(storyId: string, channel: string): Promise<void>;
  /** Nobody needs to look after the story before an instant. */
  defer(storyId: string, until: Instant): Promise<void>;
  /** Every channel is done: the story is told. */
  close(storyId: string): Promise<void>;
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
