import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dynamoMemory } from '../../../shared/aws/dynamodb-memory.ts';
import { keys } from '../../../shared/aws/dynamodb-table.ts';
import type { CloudWorld } from './cloud-world.ts';
import { newCloudWorld } from './cloud-world.ts';

let world: CloudWorld;
beforeEach(async () => {
  world = await newCloudWorld();
});
afterEach(() => world.cloud.close());

const memory = () => dynamoMemory(world.table);
const DAY = 24 * 60 * 60_000;

describe('what is learnt of a fleet', () => {
  it('is recalled as it was remembered, each fleet by itself', async () => {
    expect(await memory().recall('web')).toBeUndefined();
    const content = { signals: { requests: [1.5, null, 'x'] } };
    expect(await memory().remember('web', content, undefined)).toBe(true);
    expect(await memory().recall('web')).toEqual({ version: 1, content });
    expect(await memory().recall('api')).toBeUndefined();
  });

  it('is replaced by what was made of it alone: whoever was overtaken writes nothing', async () => {
    await memory().remember('web', 'first', undefined);
    expect(await memory().remember('web', 'second', 1)).toBe(true);
    expect(await memory().remember('web', 'of the first too', 1)).toBe(false);
    expect(await memory().remember('web', 'of nothing', undefined)).toBe(false);
    expect(await memory().recall('web')).toEqual({ version: 2, content: 'second' });
  });

  it('can be begun anew by whoever saw it before it was forgotten', async () => {
    expect(await memory().remember('web', 'again', 7)).toBe(true);
    expect(await memory().recall('web')).toEqual({ version: 8, content: 'again' });
  });

  it('is forgotten a month after the last evaluation', async () => {
    await memory().remember('web', 'first', undefined);
    await world.pass(29 * DAY);
    await memory().remember('web', 'second', 1);
    await world.pass(29 * DAY);
    expect(await memory().recall('web')).toMatchObject({ content: 'second' });
    await world.pass(4 * DAY);
    expect(await memory().recall('web')).toBeUndefined();
  });

  it('that cannot be read is as good as none, and is replaced', async () => {
    const Item = { ...keys.memory('web'), version: 3, content: new Uint8Array([1, 2, 3]) };
    await world.table.client.send(new PutCommand({ TableName: world.table.name, Item }));
    expect(await memory().recall('web')).toEqual({ version: 3, content: undefined });
    expect(await memory().remember('web', 'readable', 3)).toBe(true);
  });

  it('stays far below what an item may hold: 100 KB of figures', async () => {
    const figures = Array.from({ length: 12_000 }, (_, index) => Math.sin(index) * 1e4);
    expect(JSON.stringify(figures).length).toBeGreaterThan(200_000);
    expect(await memory().remember('web', figures, undefined)).toBe(true);
    expect((await memory().recall('web'))?.content).toEqual(figures);
  });
});
