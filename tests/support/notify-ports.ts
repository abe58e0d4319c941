import type { Instant, Story } from '../../shared/domain/index.ts';
import { SECOND } from '../../shared/domain/index.ts';
import type { Channel, Delivery, Settled, Stories } from '../../shared/ports/index.ts';
import type { NotifyPorts } from '../../shared/workflows/notify.ts';
import { NOW } from './world.ts';

/** A channel that notes what it is given and answers what it is told to, at first and later. */
export class FakeChannel implements Channel {
  readonly name: string;
  readonly told: string[] = [];
  readonly answers: Delivery[] = [];

  constructor(name: string) {
    this.name = name;
  }

  deliver(story: Story): Promise<Delivery> {
    const answer: Delivery = this.answers.shift() ?? { outcome: 'delivered' };
    if (answer.outcome === 'delivered') this.told.push(story.id);
    return Promise.resolve(answer);
  }
}

/** The outbox in memory. */
export class NotifyWorld {
  now: Instant = NOW;
  readonly email = new FakeChannel('email');
  readonly slack = new FakeChannel('slack');
  readonly stories = new Map<string, Story>();
  readonly settled = new Map<string, Map<string, Settled>>();
  /** Until when a delivery has its channel. */
  readonly reserved = new Map<string, Instant>();
  readonly deferred = new Map<string, Instant>();
  readonly closed: string[] = [];

  put(story: Story): void {
    if (this.stories.has(story.id)) return;
    this.stories.set(story.id, story);
    this.settled.set(story.id, new Map());
  }

  get ports(): NotifyPorts {
    return {
      stage: 'test',
      channels: [this.email, this.slack],
      stories: this.#stories(),
      outbox: { tell: async (story) => this.put(story) },
      clock: { now: () => this.now },
    };
  }

  #stories(): Stories {
    const key = (id: string, channel: string) => `${id} ${channel}`;
    return {
      load: (id) => {
        const story = this.stories.get(id);
        return Promise.resolve(
          story && { story, settled: this.settled.get(id) ?? new Map<string, Settled>() },
        );
      },
      reserve: (id, channel, most) => {
        const isFree =
          this.settled.get(id)?.has(channel) !== true &&
          (this.reserved.get(key(id, channel)) ?? 0) <= this.now;
        if (isFree) this.reserved.set(key(id, channel), this.now + most * SECOND);
        return Promise.resolve(isFree);
      },
      settle: (id, channel, how) => Promise.resolve(void this.settled.get(id)?.set(channel, how)),
      release: (id, channel) => Promise.resolve(void this.reserved.delete(key(id, channel))),
      defer: (id, until) => Promise.resolve(void this.deferred.set(id, until)),
      close: (id) => Promise.resolve(void this.closed.push(id)),
    };
  }
}
