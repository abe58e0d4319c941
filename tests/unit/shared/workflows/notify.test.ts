import { beforeEach, describe, expect, it } from 'vitest';
import type { Story } from '../../../../shared/domain/index.ts';
import { SECOND } from '../../../../shared/domain/index.ts';
import { tellStory } from '../../../../shared/workflows/notify.ts';
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
    world.reserved.add('s1 slack');
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
