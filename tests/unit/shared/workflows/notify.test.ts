import { beforeEach, describe, expect, it } from 'vitest';
import type { Story } from '../../../../shared/domain/index.ts';
import { SECOND } from '../../../../shared/domain/index.ts';
import type { Channel } from '../../../../shared/ports/index.ts';
import { tellStory } from '../../../../shared/workflows/notify.ts';
import type { Crashes } from '../../../support/crashes.ts';
import { everyCrash } from '../../../support/crashes.ts';
import { NotifyWorld } from '../../../support/notify-ports.ts';
import { NOW } from '../../../support/world.ts';

const story: Story = { id: 's1', at: NOW, severity: 'info', title: 'web scales out', text: 'x', facts: [] };

let world: NotifyWorld;
beforeEach(() => {
  world = new NotifyWorld();
  world.put(story);
});

const tell = (id = 's1') => tellStory(id, world.ports);

describe('a story', () => {
  it('names the stage that tells it in the command that shows more', async () => {
    const looks: (string | undefined)[] = [];
    world.put({ ...story, id: 's2', look: 'npx evenkeel status web --stage {stage}' });
    const email: Channel = {
      name: 'email',
      deliver: async ({ look }) => {
        looks.push(look);
        return { outcome: 'delivered' };
      },
    };
    await tellStory('s2', { ...world.ports, channels: [email] });
    expect(looks).toEqual(['npx evenkeel status web --stage test']);
  });

  it('reaches each channel once, however often it is told', async () => {
    expect(await tell()).toMatchObject({ kind: 'done' });
    expect(await tell()).toMatchObject({ kind: 'done' });
    expect([world.email.told, world.slack.told]).toEqual([['s1'], ['s1']]);
    expect(world.closed).toContain('s1');
  });

  it('that one channel puts off has reached the others, and them no second time', async () => {
    world.slack.answers.push({ outcome: 'later', after: 30, reason: '429' });
    expect(await tell()).toEqual({
      kind: 'postponed',
      after: 30,
      detail: 'slack: 429',
      measures: [
        { metric: 'Notifications', value: 1, by: { channel: 'email', result: 'delivered' } },
        { metric: 'Notifications', value: 1, by: { channel: 'slack', result: 'later' } },
      ],
    });
    expect(world.closed).toEqual([]);
    expect(await tell()).toMatchObject({ kind: 'done' });
    expect([world.email.told, world.slack.told]).toEqual([['s1'], ['s1']]);
  });

  it('that is put off is not looked for before its time', async () => {
    world.slack.answers.push({ outcome: 'later', after: 3600, reason: '429' });
    await tell();
    expect(world.deferred.get('s1')).toBeGreaterThan(NOW + 3600 * SECOND);
  });

  it('whose delivery breaks off is left to its message for a while, not woken besides', async () => {
    const broken = {
      ...world.ports,
      channels: [{ name: 'x', deliver: () => Promise.reject(new Error('died')) }],
    };
    await expect(tellStory('s1', broken)).rejects.toThrow('died');
    expect(world.deferred.get('s1')).toBeGreaterThan(NOW + 900 * SECOND);
  });

  it('that another delivers at present is left to it', async () => {
    world.reserved.set('s1 slack', Infinity);
    expect(await tell()).toMatchObject({ kind: 'postponed', detail: 'slack is being told by another' });
    expect(world.slack.told).toEqual([]);
  });

  it('that nobody remembers is stale', async () => {
    expect(await tell('s0')).toMatchObject({ kind: 'skip', reason: 'STALE' });
  });
});

describe('a channel that refuses for good', () => {
  it('is not asked again, and the others are told of it', async () => {
    world.slack.answers.push({ outcome: 'refused', reason: 'Slack answered 404 no_service' });
    expect(await tell()).toMatchObject({ kind: 'done' });
    await tell();
    expect(world.slack.told).toEqual([]);
    const refusal = [...world.stories.values()].at(-1);
    expect(refusal).toMatchObject({ severity: 'error', title: 'Evenkeel cannot reach people by slack' });
    await tell(refusal?.id);
    expect(world.email.told).toEqual(['s1', refusal?.id]);
  });

  it('does not start a chain of refusals', async () => {
    const refused = { outcome: 'refused', reason: 'gone' } as const;
    world.slack.answers.push(refused, refused, refused);
    await tell();
    await tell([...world.stories.keys()].at(-1));
    expect(world.stories.size).toBe(2);
  });
});

describe('a call that fails, or is the last before a crash, changes nothing in the end', () => {
  /** A message that was not deleted comes back to its queue. */
  const VISIBILITY = 180 * SECOND;

  async function told(crashes: Crashes, prepare: () => void) {
    world = new NotifyWorld();
    world.put(story);
    prepare();
    const { channels, stories, outbox, clock } = world.ports;
    const ports = {
      stage: 'test',
      channels: channels.map((channel) => crashes.around(channel.name, channel)),
      stories: crashes.around('stories', stories),
      outbox: crashes.around('outbox', outbox),
      clock,
    };
    const isPostponed = async () => (await tellStory('s1', ports)).kind === 'postponed';
    const later = () => void (world.now += VISIBILITY);
    for (let receives = 1; await crashes.survive(isPostponed, later); receives++) {
      if (receives === 20) throw new Error('the message goes to the dead-letter queue');
      later();
    }
    return {
      told: [world.email, world.slack].map((channel) => [...new Set(channel.told)]),
      settled: [...(world.settled.get('s1') ?? [])],
      isClosed: world.closed.includes('s1'),
      stories: [...world.stories.values()].map(({ severity }) => severity),
    };
  }

  it.each([
    ['that every channel takes', () => undefined, [['s1'], ['s1']], 'delivered', ['info']],
    [
      'that a channel puts off',
      () => world.slack.answers.push({ outcome: 'later', after: 30, reason: '429' }),
      [['s1'], ['s1']],
      'delivered',
      ['info'],
    ],
    [
      'that a channel refuses',
      () =>
        world.slack.answers.push(
          { outcome: 'refused', reason: '404' },
          { outcome: 'refused', reason: '404' },
        ),
      [['s1'], []],
      'refused',
      ['info', 'error'],
    ],
  ])('for a story %s', async (_, prepare, channels, slack, stories) => {
    const { calm, differing } = await everyCrash((crashes) => told(crashes, prepare));
    expect(calm).toEqual({
      told: channels,
      settled: [
        ['email', 'delivered'],
        ['slack', slack],
      ],
      isClosed: true,
      stories,
    });
    expect(differing).toEqual([]);
  });

  it('but that a channel has it twice whose answer, or the note of it, is lost: none takes a token', async () => {
    const { differing } = await everyCrash(async (crashes) => {
      await told(crashes, () => undefined);
      return [world.email.told.length, world.slack.told.length];
    });
    expect(differing.map(({ call }) => call.replace(/, call .* of \d+,/, ''))).toEqual([
      'email.deliver after',
      'email.deliver reply lost',
      'stories.settle before',
      'stories.settle refused',
      'slack.deliver after',
      'slack.deliver reply lost',
      'stories.settle before',
      'stories.settle refused',
    ]);
  });

  it('and every call that telling may make is among those', async () => {
    const calls = new Set<string>();
    for (const outcome of ['later', 'refused'] as const) {
      const seen = await everyCrash((crashes) =>
        told(crashes, () => world.slack.answers.push({ outcome, after: 1, reason: '' })),
      );
      seen.calls.forEach((call) => calls.add(call));
    }
    expect([...calls].toSorted()).toEqual([
      'email.deliver',
      'outbox.tell',
      'slack.deliver',
      'stories.close',
      'stories.defer',
      'stories.load',
      'stories.release',
      'stories.reserve',
      'stories.settle',
    ]);
  });
});
