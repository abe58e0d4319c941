import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../../tools/cloud/kernel/index.ts';
import { bundled, newWorld, START, type World } from './lambda-world.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

let world: World;
let caller: string;
let queueUrl: string;

/** A function that makes the calls of its event, one after the other, and says what came of each and when. */
beforeAll(async () => {
  caller = await bundled(`
    import { SQS } from '@aws-sdk/client-sqs';
    import { STS } from '@aws-sdk/client-sts';
    const sqs = new SQS({ maxAttempts: 1 });
    const sts = new STS({ maxAttempts: 1 });
    const calls = {
      send: (body) => sqs.sendMessage({ QueueUrl: process.env.QUEUE, MessageBody: body }),
      ask: () => sts.getCallerIdentity({}),
    };
    const at = () => new Date().toISOString().slice(11, 19);
    const attempt = ([name, argument]) =>
      calls[name](argument).then(() => 'done ' + at(), (error) => (error.code ?? error.name) + ' ' + at());
    const inOrder = async (all) => {
      const results = [];
      for (const call of all) results.push(await attempt(call));
      return results;
    };
    export const handler = async ({ inTurn = [], atOnce = [], threads }) =>
      threads !== undefined
        ? Promise.all(threads.map(inOrder))
        : [...(await inOrder(inTurn)), ...(await Promise.all(atOnce.map(attempt)))];
  `);
});

beforeEach(() => begin());

async function begin(): Promise<void> {
  world = await newWorld();
  const { QueueUrl = '' } = await world.sqs.createQueue({ QueueName: 'queue' });
  queueUrl = QueueUrl;
  await world.deploy('caller', caller, { Timeout: 30, Environment: { Variables: { QUEUE: QueueUrl } } });
  // The first invocation loads the code.
  await world.call('caller', {});
}

afterEach(() => world.close());

/** Has the function called by an event, and lets time pass until it is done. @returns what it says */
async function call(payload: object): Promise<{ result: unknown; error: string | undefined }> {
  await world.lambda.invoke({
    FunctionName: 'caller',
    InvocationType: 'Event',
    Payload: JSON.stringify(payload),
  });
  await world.pass(50 * SECOND);
  const { result, error } = world.told('invocation').at(-1) ?? {};
  return { result, error };
}

/** Lets time pass once the weather has struck a call that was made. */
async function passOnceStruck<Result>(made: Promise<Result>, milliseconds: number): Promise<Result> {
  while (!world.told('weather').some(({ phase }) => phase === 'strikes'))
    await new Promise((resolve) => setImmediate(resolve));
  await world.pass(milliseconds);
  return made;
}

async function queued(): Promise<number> {
  const { Attributes } = await world.sqs.getQueueAttributes({
    QueueUrl: queueUrl,
    AttributeNames: ['ApproximateNumberOfMessages'],
  });
  return Number(Attributes?.ApproximateNumberOfMessages);
}

const BY_ROLES = { caller: 'role' } as const;

describe('a reply that is late', () => {
  it('comes later in virtual time, for the function as for the cloud', async () => {
    world.cloud.weather.add({ kind: 'slow', takes: 10, target: { service: 'sqs', ...BY_ROLES } });
    const { result } = await call({ inTurn: [['ask'], ['send', 'a'], ['ask']] });
    expect(result).toEqual(['done 00:00:00', 'done 00:00:10', 'done 00:00:10']);
  });

  it('leaves the other calls of the function alone', async () => {
    world.cloud.weather.add({ kind: 'slow', takes: 10, target: { operation: 'SendMessage', ...BY_ROLES } });
    const { result } = await call({ atOnce: [['send', 'a'], ['ask'], ['send', 'b']] });
    expect(result).toEqual(['done 00:00:10', 'done 00:00:00', 'done 00:00:10']);
  });

  it('lets the function make other calls meanwhile, at the time that it is', async () => {
    world.cloud.weather.add({ kind: 'slow', takes: 10, target: { operation: 'SendMessage', ...BY_ROLES } });
    world.cloud.weather.add({ kind: 'slow', takes: 4, target: { service: 'sts', ...BY_ROLES } });
    const { result } = await call({ threads: [[['send', 'a']], [['ask'], ['ask']]] });
    expect(result).toEqual([['done 00:00:10'], ['done 00:00:04', 'done 00:00:08']]);
  });

  it('lets another invocation run meanwhile', async () => {
    world.cloud.weather.add({ kind: 'slow', takes: 10, for: 1, target: { service: 'sqs', ...BY_ROLES } });
    world.cloud.clock.after(4 * SECOND, () =>
      world.cloud.services.lambda.invokeAsync({
        functionName: 'caller',
        payload: JSON.stringify({ inTurn: [['send', 'b']] }),
        from: { kind: 'account' },
      }),
    );
    await call({ inTurn: [['send', 'a']] });
    expect(
      world
        .told('invocation')
        .slice(1)
        .map(({ at, result }) => [(at - START) / SECOND, result]),
    ).toEqual([
      [4, ['done 00:00:04']],
      [10, ['done 00:00:10']],
    ]);
  });

  it('is too late for a function whose time is over, and its effect has taken place', async () => {
    world.cloud.weather.add({ kind: 'slow', takes: '1m', target: { service: 'sqs', ...BY_ROLES } });
    const { error } = await call({ inTurn: [['send', 'a']] });
    const [, invocation] = world.told('invocation');
    expect(error).toContain('Task timed out after 30.00 seconds');
    expect(invocation?.outcome).toBe('timed-out');
    expect((invocation?.at ?? 0) - START).toBe(30 * SECOND);
    expect(await queued()).toBe(1);
    // Sooner than by the limit in real time, which ends what hangs.
  }, 25_000);

  it('is late for clients outside as well', async () => {
    world.cloud.weather.add({ kind: 'slow', takes: '1m', target: { service: 'lambda' } });
    let answeredAt = 0;
    const made = world.lambda.listFunctions({}).then(() => (answeredAt = world.cloud.clock.now()));
    await passOnceStruck(made, MINUTE);
    expect(answeredAt - START).toBe(MINUTE);
  });
});

describe('an invocation by an event', () => {
  it('runs twice under one request id', async () => {
    world.cloud.weather.add({ kind: 'invocation', function: 'call*', after: 20 });
    await call({ inTurn: [['ask']] });
    const [, first, second] = world.told('invocation');
    expect([first, second].map((one) => ((one?.at ?? 0) - START) / SECOND)).toEqual([0, 20]);
    expect(second?.requestId).toBe(first?.requestId);
  });
});

it('one seed gives one journal, late replies and doubled invocations and all', async () => {
  const run = async () => {
    await world.close();
    await begin();
    // The zip that was deployed has the real time in it.
    const deployed = world.journal.length;
    for (const target of [{ service: 'sqs' }, { service: 'sts' }] as const)
      world.cloud.weather.add({
        kind: 'slow',
        takes: { least: 1, most: 20 },
        probability: 0.6,
        target: { ...target, ...BY_ROLES },
      });
    world.cloud.weather.add({ kind: 'invocation', probability: 0.5 });
    await call({ atOnce: [['send', 'a'], ['ask'], ['send', 'b']] });
    await call({
      threads: [
        [['send', 'c'], ['ask']],
        [['ask'], ['send', 'd']],
      ],
    });
    return world.journal.slice(deployed).map(written).toSorted(byInstant);
  };
  const first = await run();
  expect(first.filter(({ kind }) => kind === 'weather').length).toBeGreaterThan(3);
  expect(await run()).toEqual(first);
});

/** What happens at one instant by two sockets comes in either order. */
function byInstant(a: JournalEntry, b: JournalEntry): number {
  return a.at - b.at || (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
}

/** An entry as it would be written down, whatever port the cloud listens on. */
function written(entry: JournalEntry): JournalEntry {
  return JSON.parse(JSON.stringify(entry).replaceAll(/127\.0\.0\.1:\d+/g, 'cloud')) as JournalEntry;
}
