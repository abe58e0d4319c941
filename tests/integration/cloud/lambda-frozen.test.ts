import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundled, MINUTE, newWorld, START, type World } from './lambda-world.ts';

let world: World;

beforeEach(async () => {
  world = await newWorld();
});
afterEach(() => world.close());

/** When a function has made calls of an operation, in milliseconds since the begin. */
const calls = (action: string) =>
  world
    .told('api-call')
    .filter((call) => call.action === action && call.principal.kind === 'role')
    .map(({ at }) => at - START);

/** Has another function make calls for a while: real time passes, and none of the cloud's. */
async function awhile(): Promise<void> {
  await world.deploy(
    'busy',
    await bundled(`
      import { SNS } from '@aws-sdk/client-sns';
      const sns = new SNS({});
      export const handler = async () => {
        for (let i = 0; i < 30; i++) await sns.listTopics({});
      };`),
  );
  expect((await world.call('busy')).error).toBeUndefined();
}

describe('what an invocation leaves behind', () => {
  it('calls nobody until its environment thaws for the next one', async () => {
    await world.deploy(
      'hasty',
      await bundled(`
        import { SQS } from '@aws-sdk/client-sqs';
        const sqs = new SQS({ maxAttempts: 1 });
        export const handler = async (fails) => {
          if (fails) {
            const listed = sqs.listQueues({}).then(() => sqs.createQueue({ QueueName: 'left-behind' }));
            await Promise.all([listed, Promise.reject(new Error('something else'))]);
          }
          for (let i = 0; i < 3; i++) await sqs.listQueues({});
        };`),
    );
    await world.call('hasty', false);
    expect((await world.call('hasty', true)).error).toBe('Unhandled');
    await awhile();
    expect(calls('sqs:CreateQueue')).toEqual([]);
    await world.pass(MINUTE);
    expect((await world.call('hasty', false)).error).toBeUndefined();
    expect(calls('sqs:CreateQueue')).toEqual([MINUTE]);
  });

  it('finds its timers fired then as well', async () => {
    await world.deploy(
      'hasty',
      `const fired = [];
       export const handler = async (fails) => {
         if (!fails) return new Promise((resolve) => setImmediate(() => setImmediate(() => resolve(fired))));
         setTimeout(() => fired.push(Date.now()), 2);
         throw new Error('something else');
       };`,
    );
    await world.call('hasty', true);
    await awhile();
    await world.pass(MINUTE);
    expect((await world.call('hasty', false)).result).toEqual([START + MINUTE]);
  });

  it('does not keep it from ending, where it takes time', async () => {
    const { QueueUrl } = await world.sqs.createQueue({ QueueName: 'empty' });
    const source = await bundled(`
      import { SQS } from '@aws-sdk/client-sqs';
      const sqs = new SQS({ useQueueUrlAsEndpoint: false });
      export const handler = async ({ WaitTimeSeconds }) => {
        const received = sqs.receiveMessage({ QueueUrl: '${QueueUrl}', WaitTimeSeconds });
        if (WaitTimeSeconds === 0) await received;
        await new Promise(setImmediate);
      };`);
    await world.deploy('hasty', source, { Timeout: 60 });
    for (const WaitTimeSeconds of [0, 20]) {
      const Payload = JSON.stringify({ WaitTimeSeconds });
      await world.lambda.invoke({ FunctionName: 'hasty', InvocationType: 'Event', Payload });
      await world.pass(MINUTE);
    }
    const ends = world.told('invocation').map(({ at, outcome }) => [at - START, outcome]);
    expect(ends).toEqual([
      [0, 'succeeded'],
      [MINUTE, 'succeeded'],
    ]);
    expect(calls('sqs:ReceiveMessage')).toHaveLength(2);
  });

  it('is the same in each run', async () => {
    const source = await bundled(`
      import { SQS } from '@aws-sdk/client-sqs';
      const sqs = new SQS({ maxAttempts: 3 });
      const twice = async (QueueName) => {
        await sqs.createQueue({ QueueName });
        await sqs.createQueue({ QueueName: QueueName + '-too' });
      };
      export const handler = () => Promise.all(Array.from({ length: 8 }, (_, i) => twice('queue-' + i)));`);
    const log = async () => {
      const on = await newWorld();
      const target = { service: 'sqs', caller: 'role' } as const;
      on.cloud.weather.add({ kind: 'error', code: 'InternalFailure', probability: 0.6, target });
      await on.deploy('hasty', source, { Timeout: 60 });
      for (let i = 0; i < 4; i++) {
        await on.lambda.invoke({ FunctionName: 'hasty', InvocationType: 'Event' });
        await on.pass(5 * MINUTE);
      }
      await on.close();
      return on.log();
    };
    const first = await log();
    expect(first).toContain('"outcome":"failed"');
    expect(await log()).toBe(first);
  });
});
