import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dynamoLease } from '../../../shared/aws/dynamodb-lease.ts';
import { dynamoLedger } from '../../../shared/aws/dynamodb-ledger.ts';
import { dynamoStories } from '../../../shared/aws/dynamodb-stories.ts';
import { FenceError, MINUTE, SECOND } from '../../../shared/domain/index.ts';
import type { Disruption, Story } from '../../../shared/domain/index.ts';
import type { Fence } from '../../../shared/ports/index.ts';
import { NOW, past } from '../../support/world.ts';
import type { CloudWorld } from './cloud-world.ts';
import { newCloudWorld } from './cloud-world.ts';

let world: CloudWorld;
beforeEach(async () => {
  world = await newCloudWorld();
});
afterEach(() => world.cloud.close());

const ledger = () => dynamoLedger(world.table);
const lease = () => dynamoLease(world.table);
const fenced = (work: (fence: Fence) => Promise<unknown> = () => Promise.resolve()) =>
  lease().withLease('web', 'me', work);
const story: Story = { id: 'decision/1', at: NOW, severity: 'info', title: 't', text: 'x', facts: [] };

describe('a lease', () => {
  it('has one holder a fleet at a time', async () => {
    const within = await lease().withLease('web', 'one', async () => [
      await lease().withLease('web', 'two', () => Promise.resolve('in')),
      await lease().withLease('api', 'two', () => Promise.resolve('in')),
    ]);
    expect(within).toEqual(['busy', 'in']);
    expect(await lease().withLease('web', 'two', () => Promise.resolve('in'))).toBe('in');
  });

  it('has a fence higher than every one before, also after a failure', async () => {
    const fences: Fence[] = [];
    const note = (fence: Fence) => Promise.resolve(void fences.push(fence));
    await fenced(note);
    await expect(fenced(() => Promise.reject(new Error('died')))).rejects.toThrow('died');
    await fenced(note);
    expect(fences).toEqual([1, 3]);
  });

  it('of a holder that died ends by itself', async () => {
    let isLate: string | undefined;
    await lease().withLease('web', 'one', async () => {
      await world.pass(59 * SECOND);
      expect(await lease().withLease('web', 'two', () => Promise.resolve('in'))).toBe('busy');
      await world.pass(2 * SECOND);
      isLate = await lease().withLease('web', 'two', () => Promise.resolve('in'));
    });
    expect(isLate).toBe('in');
  });

  it('given back late does not take the next holder its own', async () => {
    await lease().withLease('web', 'one', async () => {
      await world.pass(61 * SECOND);
      void lease().withLease('web', 'two', () => new Promise(() => undefined));
      await expect.poll(() => fenced(() => Promise.resolve('in'))).toBe('busy');
    });
    expect(await fenced()).toBe('busy');
  });
});

describe('disruptions', () => {
  it('are those of the fleet since an instant; the same one noted twice is one', async () => {
    const disruption = (minutes: number): Disruption => ({
      at: NOW - minutes * MINUTE,
      cause: 'scale-in',
      instances: [{ id: `i-${minutes}`, zone: 'eu-central-1a' }],
    });
    for (const minutes of [5, 3, 1, 1]) await ledger().disrupt('web', `d-${minutes}`, disruption(minutes));
    await ledger().disrupt('api', 'd-2', disruption(2));
    expect(await ledger().disruptions('web', NOW - 4 * MINUTE)).toEqual([disruption(3), disruption(1)]);
    expect(await ledger().decisions('web', 0, 10)).toEqual([]);
  });
});

describe('decisions', () => {
  it('come back as they were recorded, newest first, since an instant', async () => {
    const decisions = [5, 3, 1].map((minutes) =>
      past(minutes * MINUTE, {
        reasons: [{ code: 'NO_DATA', facts: { signal: 'cpu' } }],
        inputs: { need: 3, cpu: null },
      }),
    );
    await fenced(async (fence) => {
      for (const decision of decisions) await ledger().record(decision, fence);
    });
    const [, middle, newest] = decisions;
    expect(await ledger().decisions('web', NOW - 4 * MINUTE, 10)).toEqual([newest, middle]);
    expect(await ledger().decisions('web', 0, 1)).toEqual([newest]);
    expect(await ledger().decisions('api', 0, 10)).toEqual([]);
  });

  it('to do nothing are noted without a lease, and come back with the others', async () => {
    await ledger().note(past(2 * MINUTE, { action: 'hold' }));
    const changing = past(MINUTE, {});
    await fenced((fence) => ledger().record(changing, fence));
    expect(await ledger().decisions('web', 0, 10)).toEqual([changing, past(2 * MINUTE, { action: 'hold' })]);
  });

  it('are refused to whom a later lease has overtaken', async () => {
    await fenced(async (fence) => {
      await world.pass(61 * SECOND);
      await lease().withLease('web', 'another', () => Promise.resolve());
      await expect(ledger().record(past(0, {}), fence, story)).rejects.toThrow(FenceError);
    });
    expect(await ledger().decisions('web', 0, 10)).toEqual([]);
    expect(await dynamoStories(world.table).load(story.id)).toBeUndefined();
  });

  it('come with their story or not at all, and with it once', async () => {
    await fenced(async (fence) => {
      await ledger().record(past(2, {}), fence, story);
      await ledger().record(past(1, {}), fence, { ...story, title: 'another' });
    });
    expect(await ledger().decisions('web', 0, 10)).toHaveLength(2);
    expect((await dynamoStories(world.table).load(story.id))?.story).toEqual(story);
  });
});

describe('a claim', () => {
  it('belongs to the first, and to it again', async () => {
    expect(await ledger().claim('alarm#a', 'one', 60)).toBe('claimed');
    expect(await ledger().claim('alarm#a', 'two', 60)).toEqual({ name: 'alarm#a', owner: 'one', at: NOW });
    expect(await ledger().claim('alarm#a', 'one', 60)).toBe('claimed');
    expect(await ledger().isClaimed('alarm#a')).toBe(true);
    expect(await ledger().isClaimed('alarm#b')).toBe(false);
  });

  it('is free again once it is released', async () => {
    await ledger().claim('alarm#a', 'me', 3600);
    await ledger().release('alarm#a');
    expect(await ledger().isClaimed('alarm#a')).toBe(false);
    expect(await ledger().claim('alarm#a', 'other', 3600)).toBe('claimed');
    await ledger().release('alarm#b');
  });

  it('is free again once it has expired, to the second', async () => {
    await ledger().claim('alarm#a', 'one', 60);
    await world.pass(59 * SECOND);
    expect(await ledger().claim('alarm#a', 'two', 60)).toMatchObject({ owner: 'one' });
    await world.pass(SECOND);
    expect(await ledger().isClaimed('alarm#a')).toBe(false);
    expect(await ledger().claim('alarm#a', 'two', 60)).toBe('claimed');
  });
});
