import type { Measure, Seconds, Story } from '../domain/index.ts';
import { SECOND, skip } from '../domain/index.ts';
import { toldBy } from '../policy/messages/look.ts';
import { refusalStory } from '../policy/messages/refusal.ts';
import type { Channel, Clock, Outbox, Settled, Stories } from '../ports/index.ts';
import type { Outcome } from './outcome.ts';
import { done, measured } from './outcome.ts';

export interface NotifyPorts {
  /** The deployment's, which a story's commands name. */
  readonly stage: string;
  readonly channels: readonly Channel[];
  readonly stories: Stories;
  readonly outbox: Pick<Outbox, 'tell'>;
  readonly clock: Clock;
}

/** A story that not every channel has taken yet: to be tried again, at the earliest after so many seconds. */
export interface Postponed {
  readonly kind: 'postponed';
  readonly after: Seconds;
  readonly detail: string;
  readonly measures?: readonly Measure[];
}

/** Longer than any channel takes for one delivery. */
const RESERVATION: Seconds = 60;

/**
 * Longer than a message that failed stays out of sight: as long as it comes back by itself, waking its story once
 * more would only make two messages of one.
 */
const SLACK: Seconds = 30 * 60;

/** Tells a story to each channel that has not had it: once, however often it is asked to. */
export async function tellStory(storyId: string, on: NotifyPorts): Promise<Outcome | Postponed> {
  const known = await on.stories.load(storyId);
  if (known === undefined) return skip('STALE', `story ${storyId} is forgotten`);
  await lookAgainAfter(0, storyId, on);
  const waits: Postponed[] = [];
  const measures: Measure[] = [];
  for (const channel of on.channels) {
    if (known.settled.has(channel.name)) continue;
    const end = await deliver(toldBy(on.stage, known.story), channel, on);
    const result = typeof end === 'object' ? 'later' : end;
    measures.push({ metric: 'Notifications', value: 1, by: { channel: channel.name, result } });
    if (typeof end === 'object') waits.push(end);
  }
  if (waits.length > 0) return { ...(await postponed(storyId, waits, on)), measures };
  await on.stories.close(storyId);
  return measured(done(`told: ${known.story.title}`, { story: storyId }), measures);
}

async function deliver(story: Story, channel: Channel, on: NotifyPorts): Promise<Settled | Postponed> {
  if (!(await on.stories.reserve(story.id, channel.name, RESERVATION))) {
    return { kind: 'postponed', after: RESERVATION, detail: `${channel.name} is being told by another` };
  }
  const delivery = await channel.deliver(story);
  if (delivery.outcome === 'later') {
    await on.stories.release(story.id, channel.name);
    return { kind: 'postponed', after: delivery.after, detail: `${channel.name}: ${delivery.reason}` };
  }
  // Told first: a channel that is settled is not asked again, and the refusal would be lost.
  if (delivery.outcome === 'refused') await tellRefusal(story, channel.name, delivery.reason, on);
  await on.stories.settle(story.id, channel.name, delivery.outcome);
  return delivery.outcome;
}

/** What one channel refuses for good, the others say. */
async function tellRefusal(story: Story, channel: string, reason: string, on: NotifyPorts): Promise<void> {
  const refusal = refusalStory(story, channel, reason, on.clock.now());
  if (refusal !== undefined) await on.outbox.tell(refusal);
}

async function postponed(storyId: string, waits: readonly Postponed[], on: NotifyPorts): Promise<Postponed> {
  // Each channel gets its time: who asked for the longest pause must not be asked again before.
  const after = Math.max(...waits.map((wait) => wait.after));
  await lookAgainAfter(after, storyId, on);
  return { kind: 'postponed', after, detail: waits.map(({ detail }) => detail).join('; ') };
}

async function lookAgainAfter(
  pause: Seconds,
  storyId: string,
  { stories, clock }: NotifyPorts,
): Promise<void> {
  await stories.defer(storyId, clock.now() + (pause + SLACK) * SECOND);
}
