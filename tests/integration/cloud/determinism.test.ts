import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lineOf } from '../../../tools/cloud/event-log.ts';
import type { World } from './lambda-world.ts';
import { newWorld } from './lambda-world.ts';

const DRAWS = `
import { randomBytes, randomFillSync, randomInt, randomUUID } from 'node:crypto';
const atLoad = randomUUID();
const drawn = () => [
  Math.random(), randomUUID(), globalThis.crypto.randomUUID(), randomBytes(8).toString('hex'), randomInt(1e9),
  randomFillSync(Buffer.alloc(8)).toString('hex'),
  Buffer.from(globalThis.crypto.getRandomValues(new Uint8Array(8))).toString('hex'),
];
export const handler = async () => [atLoad, ...drawn()];
`;

const ASKS = `
import http from 'node:http';
const ask = (port, path) => new Promise((resolve, reject) => {
  const request = http.get({ port, path, agent: new http.Agent() }, (response) => {
    if (path !== '/unread') response.resume();
    // An answer that nobody reads must not keep the next request back for good.
    if (path === '/unread') resolve(path);
    else response.once('end', () => resolve(path));
  });
  request.once('error', reject);
});
export const handler = async ({ port }) => {
  const answers = await Promise.all(['/0', '/1', '/2', '/3', '/unread'].map((path) => ask(port, path)));
  await ask(port, '/after');
  return answers;
};
`;

const THROWS = `
export const handler = async () => {
  console.log('before');
  throw new Error('as it must');
};
`;

const FAILS_WITH_A_DRAW = `
export const handler = async () => {
  throw new Error(globalThis.crypto.randomUUID());
};
`;

/** What happens in a world, as the event log tells it. */
async function logOf(happening: (world: World) => Promise<void>): Promise<string> {
  const world = await newWorld();
  try {
    await happening(world);
    return world.journal.map(lineOf).join('');
  } finally {
    await world.close();
  }
}

describe('the same seed', () => {
  let world: World;

  beforeEach(async () => {
    world = await newWorld();
  });
  afterEach(() => world.close());

  it('lets functions draw the same, whatever they draw with', async () => {
    const draw = async (on: World) => {
      await on.deploy('draws', DRAWS);
      return [(await on.call('draws')).result, (await on.call('draws')).result] as string[][];
    };
    const first = await draw(world);
    const other = await newWorld();
    expect(await draw(other)).toEqual(first);
    await other.close();
    const [one, two] = first;
    expect(one?.slice(1).filter((value) => two?.includes(value))).toEqual([]);
    expect(new Set(one)).toHaveLength(8);
    expect(one?.[1]).not.toBe(one?.[2]);
    expect(one?.[2]).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  });

  it('gives each attempt at an invocation a chance of its own', async () => {
    await world.deploy('tries', FAILS_WITH_A_DRAW);
    await world.lambda.invoke({ FunctionName: 'tries', InvocationType: 'Event', Payload: '{}' });
    await world.pass(10 * 60_000);
    const drawn = world.told('invocation').map(({ error }) => error);
    expect(drawn).toHaveLength(3);
    expect(new Set(drawn).size).toBe(3);
  });

  it('names the same files in traces, and puts lines where the invocation ends', async () => {
    const happening = async (on: World) => {
      await on.deploy('throws', THROWS);
      await on.call('throws');
    };
    const log = await logOf(happening);
    expect(log).toContain('file:///var/task/index.mjs');
    expect(await logOf(happening)).toBe(log);
  });

  it('sends what a function asks side by side one at a time, in the order in which it asks', async () => {
    const asked: string[] = [];
    let open = 0;
    let mostOpen = 0;
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      mostOpen = Math.max(mostOpen, ++open);
      setImmediate(() => {
        open--;
        response.end('x');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await world.deploy('asks', ASKS);
    expect((await world.call('asks', { port })).result).toEqual(['/0', '/1', '/2', '/3', '/unread']);
    server.close();
    expect(asked).toEqual(['/0', '/1', '/2', '/3', '/unread', '/after']);
    expect(mostOpen).toBe(1);
  });
});
