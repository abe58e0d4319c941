import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundled, newWorld, START, type World } from './lambda-world.ts';

const SECOND = 1000;

const SLEEP = `const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));`;

let world: World;

beforeEach(async () => {
  world = await newWorld();
});
afterEach(() => world.close());

interface Run {
  /** A module, or the body of a handler that takes an `event` and knows `sleep`. */
  readonly source: string;
  readonly event?: object;
  /** Seconds. */
  readonly timeout?: number;
}

/** Has a function called by an event, and lets time pass. @returns how it ended, and after how long */
async function run({ source, event = {}, timeout = 60 }: Run, on = world) {
  const module = source.includes('export')
    ? source
    : `${SLEEP} export const handler = async (event) => {${source}};`;
  await on.deploy('sleeper', module, { Timeout: timeout });
  await on.lambda.invoke({
    FunctionName: 'sleeper',
    InvocationType: 'Event',
    Payload: JSON.stringify(event),
  });
  await on.pass(100 * SECOND);
  const [invocation] = on.told('invocation').filter(({ functionName }) => functionName === 'sleeper');
  const { result, outcome, at = 0 } = invocation ?? {};
  return { result, outcome, took: at - START };
}

/** A function that asks a service with one token a second for ten answers at once, each as often as it takes. */
const backsOff = () =>
  bundled(`
    import { SQS } from '@aws-sdk/client-sqs';
    const sqs = new SQS({ maxAttempts: 12 });
    export const handler = async () => {
      const asked = Array.from({ length: 10 }, (_, i) => sqs.createQueue({ QueueName: 'queue-' + i }));
      const answers = await Promise.all(asked);
      return answers.map(({ $metadata }) => $metadata.attempts);
    };
  `);

function scarce({ cloud }: World): void {
  cloud.weather.follow({
    limits: [{ service: 'sqs', operation: ['*'], burst: 1, refill: 1 }],
    limited: 'roles',
  });
}

describe('a function that only waits for its timers', () => {
  it('lets the time of the cloud pass', async () => {
    const source = `const from = Date.now(); await sleep(40_000); return Date.now() - from;`;
    expect(await run({ source })).toEqual({ result: 40_000, outcome: 'succeeded', took: 40_000 });
  });

  it.each([
    `import { setTimeout } from 'node:timers/promises'; const sleep = setTimeout;`,
    `import { setTimeout } from 'node:timers'; const sleep = (ms) => new Promise((done) => setTimeout(done, ms));`,
    `import { promisify } from 'node:util'; const sleep = promisify(setTimeout);`,
  ])('wherever it takes them from: %s', async (sleep) => {
    const source = `${sleep} export const handler = () => sleep(40_000);`;
    expect(await run({ source })).toMatchObject({ outcome: 'succeeded', took: 40_000 });
  });

  it('finds buckets refilled when it has backed off', async () => {
    scarce(world);
    const { result, outcome, took } = await run({ source: await backsOff() });
    expect(outcome).toBe('succeeded');
    expect(Math.max(...(result as number[]))).toBeGreaterThan(2);
    expect(took).toBeGreaterThanOrEqual(9 * SECOND);
  });

  it('is timed out when its time is over', async () => {
    expect(await run({ source: `await sleep(40_000);`, timeout: 5 })).toMatchObject({
      outcome: 'timed-out',
      took: 5 * SECOND,
    });
  });

  it('finds them fired in the order in which they are due, but for those that it has cleared', async () => {
    const source = `
      const fired = [];
      const note = (name) => fired.push(name + ' ' + Date.now() % 60_000);
      setTimeout(note, 3000, 'c');
      setTimeout(note, 1000, 'a');
      const twice = setTimeout(note, 2000, 'b');
      const put = setTimeout(note, 4000, 'put off');
      clearTimeout(setTimeout(note, 1500, 'never'));
      setTimeout(() => { put.refresh(); twice.refresh(); }, 3500);
      await sleep(9000);
      return fired;`;
    const { result } = await run({ source });
    expect(result).toEqual(['a 1000', 'b 2000', 'c 3000', 'b 5500', 'put off 7500']);
  });

  it('finds itself in the context in which they were set', async () => {
    const source = `
      import { AsyncLocalStorage } from 'node:async_hooks';
      const storage = new AsyncLocalStorage();
      const later = () => new Promise((resolve) => setTimeout(() => resolve(storage.getStore()), 2000));
      export const handler = () => Promise.all(['a', 'b'].map((name) => storage.run(name, later)));`;
    expect(await run({ source })).toMatchObject({ result: ['a', 'b'], took: 2 * SECOND });
  });

  it('finds them fired while a reply is late, as the time limit of that call', async () => {
    world.cloud.weather.add({ kind: 'slow', takes: 30, target: { service: 'sqs', caller: 'role' } });
    const source = await bundled(`
      import { SQS } from '@aws-sdk/client-sqs';
      const sqs = new SQS({ maxAttempts: 1, requestHandler: { requestTimeout: 10_000, throwOnRequestTimeout: true } });
      const at = (what) => what + ' ' + (Date.now() % 60_000);
      export const handler = () => Promise.all([
        sqs.listQueues({}).then(() => at('answered'), (error) => at(error.name)),
        new Promise((resolve) => setTimeout(() => resolve(at('slept')), 4000)),
      ]);`);
    expect(await run({ source })).toMatchObject({
      result: ['TimeoutError 10000', 'slept 4000'],
      took: 10 * SECOND,
    });
  });

  it('goes on when it has given up a call whose reply is late', async () => {
    world.cloud.weather.add({ kind: 'slow', takes: 30, for: 5, target: { service: 'sqs', caller: 'role' } });
    const source = await bundled(`
      import { SQS } from '@aws-sdk/client-sqs';
      const sqs = new SQS({ maxAttempts: 2, requestHandler: { requestTimeout: 10_000, throwOnRequestTimeout: true } });
      export const handler = async () => [(await sqs.listQueues({})).$metadata.attempts, Date.now()];`);
    const { result, took } = await run({ source });
    expect(result).toEqual([2, START + took]);
    expect(Math.trunc(took / SECOND)).toBe(10);
  });

  it('lets others run meanwhile', async () => {
    await world.deploy('other', `export const handler = async () => Date.now();`);
    const other = { functionName: 'other', payload: '{}', from: { kind: 'account' } as const };
    world.cloud.clock.after(4 * SECOND, () => world.cloud.services.lambda.invokeAsync(other));
    await run({ source: `await sleep(10_000)` });
    expect(world.told('invocation').map(({ functionName, at }) => [functionName, at - START])).toEqual([
      ['other', 4 * SECOND],
      ['sleeper', 10 * SECOND],
    ]);
  });

  it('lets whoever has invoked it wait as long', async () => {
    await world.deploy(
      'invoked',
      `${SLEEP} export const handler = async () => { await sleep(10_000); return 'slept'; };`,
      { Timeout: 60 },
    );
    const source = await bundled(`
      import { Lambda } from '@aws-sdk/client-lambda';
      const lambda = new Lambda({});
      export const handler = async () => {
        const { Payload } = await lambda.invoke({ FunctionName: 'invoked' });
        return [JSON.parse(Payload.transformToString()), Date.now()];
      };`);
    expect(await run({ source })).toMatchObject({
      result: ['slept', START + 10 * SECOND],
      took: 10 * SECOND,
    });
  });

  it('does the same twice, whatever else it waits for', async () => {
    const source = await backsOff();
    const log = async () => {
      const on = await newWorld();
      scarce(on);
      on.cloud.weather.add({
        kind: 'slow',
        takes: { least: 1, most: 5 },
        probability: 0.3,
        target: { caller: 'role' },
      });
      await run({ source }, on);
      await on.close();
      return on.log();
    };
    const first = await log();
    expect(first).toContain('"error":"RequestThrottled');
    expect(first).toContain('"phase":"strikes"');
    expect(await log()).toBe(first);
  });
});

/** Has each reply to a function come five seconds late. */
function delayReplies(): void {
  world.cloud.weather.add({
    kind: 'slow',
    takes: { least: 5, most: 5 },
    probability: 1,
    target: { caller: 'role' },
  });
}

it('a function that still reads files when a reply is late has all that it reads before time passes', async () => {
  delayReplies();
  const source = await bundled(`
    import { readdir } from 'node:fs/promises';
    import { SQS } from '@aws-sdk/client-sqs';
    const sqs = new SQS({});
    export const handler = async () => {
      const asked = sqs.listQueues({});
      for (let times = 0; times < 1000; times++) await readdir('/');
      const read = Date.now();
      await asked;
      return read;
    };`);
  expect(await run({ source })).toMatchObject({ result: START, outcome: 'succeeded', took: 5 * SECOND });
});

it('a function that goes on in short steps after a late reply is not taken for one that sleeps', async () => {
  delayReplies();
  const source = await bundled(`
    import { SQS } from '@aws-sdk/client-sqs';
    const sqs = new SQS({});
    export const handler = async () => {
      const limit = setTimeout(() => undefined, 40_000);
      await sqs.listQueues({});
      for (let steps = 0; steps < 50; steps++) await new Promise((resolve) => setTimeout(resolve, 1));
      clearTimeout(limit);
      return Date.now();
    };`);
  expect(await run({ source })).toMatchObject({ result: START + 5 * SECOND, took: 5 * SECOND });
});

describe('timers take the time of the machine', () => {
  it('where nobody moves that of the cloud', async () => {
    await world.deploy(
      'sleeper',
      `${SLEEP} export const handler = async () => { await sleep(40); return Date.now(); };`,
    );
    expect(await world.call('sleeper')).toEqual({ result: START, error: undefined });
  });

  // For the second one, a machine that takes longer over the answer than the timer.
  it.each([
    ['anything else', 2000, 50_000],
    ['something that ends soon, which comes first whatever the machine takes over it', 50_000, 20],
  ])('while the function waits for %s', async (_, turnsToAnswer, milliseconds) => {
    // It answers after some turns of the event loop, for what it is to be sooner than is the end of a leap in time.
    const server = createServer((_, response) => {
      let turns = turnsToAnswer;
      const turn = () => (turns-- > 0 ? void setImmediate(turn) : void response.end('answered'));
      turn();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const source = `
      const asked = fetch('http://127.0.0.1:' + event.port).then((answer) => answer.text());
      return Promise.race([asked, sleep(event.milliseconds)]);`;
    const ended = await run({ source, event: { port, milliseconds } });
    expect(ended).toMatchObject({ result: 'answered', took: 0 });
    server.close();
  });
});
