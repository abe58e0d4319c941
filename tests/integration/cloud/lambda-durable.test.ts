import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { World } from './lambda-world.ts';
import { bundled, MINUTE, newWorld, START, zipOf } from './lambda-world.ts';

const HOUR = 60 * MINUTE;

const SOURCE = `
  import { withDurableExecution } from '@aws/durable-execution-sdk-js';
  let failures = 0;
  export const handler = withDurableExecution(async (event, context) => {
    const first = await context.step('deregister', async () => {
      console.log('side effect');
      return { id: event.id };
    });
    const state = await context.waitForCondition(
      'drained',
      async ({ polls }) => ({ polls: polls + 1 }),
      {
        initialState: { polls: 0 },
        waitStrategy: ({ polls }) =>
          polls < 20 ? { shouldContinue: true, delay: { minutes: 5 } } : { shouldContinue: false },
      },
    );
    await context.wait('bake', { hours: 2 });
    await context.step(
      'flaky',
      async () => {
        if (failures++ < 2) throw new Error('throttled');
      },
      { retryStrategy: (_error, attempt) => ({ shouldRetry: attempt < 5, delay: { seconds: 30 } }) },
    );
    return { id: first.id, polls: state.polls, now: new Date().toISOString() };
  });
`;

let world: World;
let code: string;

beforeAll(async () => {
  code = await bundled(SOURCE);
});

beforeEach(async () => {
  world = await newWorld();
});

afterEach(async () => {
  await world.close();
});

async function deployDurable(source: string, timeout = 86_400): Promise<void> {
  await world.deploy('drain', source, {
    Code: { ZipFile: zipOf({ 'index.mjs': source }) },
    DurableConfig: { ExecutionTimeout: timeout, RetentionPeriodInDays: 7 },
    Publish: true,
  });
}

async function start(name: string, payload: unknown): Promise<string> {
  const { DurableExecutionArn } = await world.lambda.invoke({
    FunctionName: 'drain',
    Qualifier: '1',
    InvocationType: 'Event',
    DurableExecutionName: name,
    Payload: JSON.stringify(payload),
  });
  return DurableExecutionArn ?? '';
}

/** A durable function that does what `body` says. */
function durable(body: string): Promise<string> {
  return bundled(`
    import { withDurableExecution } from '@aws/durable-execution-sdk-js';
    let runs = 0;
    export const handler = withDurableExecution(async (event, context) => { runs++; ${body} });
  `);
}

const statusOf = async (DurableExecutionArn: string) =>
  (await world.lambda.getDurableExecution({ DurableExecutionArn })).Status;

describe('a durable execution', () => {
  it('waits, polls and retries on virtual time, and does each step once', async () => {
    await deployDurable(code);
    const DurableExecutionArn = await start('token-1', { id: 'i-1' });
    await world.pass(HOUR);
    expect(await statusOf(DurableExecutionArn)).toBe('RUNNING');
    await world.pass(3 * HOUR);
    const { Status, Result, EndTimestamp } = await world.lambda.getDurableExecution({ DurableExecutionArn });
    // 19 pauses of five minutes, two hours, and two pauses of half a minute.
    const end = START + 95 * MINUTE + 2 * HOUR + MINUTE;
    expect(Status).toBe('SUCCEEDED');
    expect(JSON.parse(Result ?? '')).toEqual({ id: 'i-1', polls: 20, now: new Date(end).toISOString() });
    expect(EndTimestamp?.getTime()).toBe(end);
    expect(world.told('log').filter(({ line }) => line.includes('side effect'))).toHaveLength(1);
    const outcomes = world.told('invocation').map(({ outcome }) => outcome);
    expect(outcomes.slice(0, -1).every((outcome) => outcome === 'suspended')).toBe(true);
    expect(outcomes.at(-1)).toBe('succeeded');
  });

  it('keeps a history', async () => {
    await deployDurable(
      await durable(`await context.step('s', async () => 1); await context.wait({ hours: 1 });`),
    );
    const DurableExecutionArn = await start('h', {});
    await world.pass(2 * HOUR);
    const { Events = [] } = await world.lambda.getDurableExecutionHistory({ DurableExecutionArn });
    expect(Events.map(({ EventType }) => EventType)).toEqual([
      'ExecutionStarted',
      'StepStarted',
      'StepSucceeded',
      'WaitStarted',
      'InvocationCompleted',
      'WaitSucceeded',
      'InvocationCompleted',
      'ExecutionSucceeded',
    ]);
  });

  it('is started once under a name, and never with another payload', async () => {
    await deployDurable(code);
    const first = await start('token-1', { id: 'i-1' });
    expect(await start('token-1', { id: 'i-1' })).toBe(first);
    await expect(start('token-1', { id: 'i-2' })).rejects.toMatchObject({
      name: 'DurableExecutionAlreadyStartedException',
    });
    const { DurableExecutions = [] } = await world.lambda.listDurableExecutionsByFunction({
      FunctionName: 'drain',
    });
    expect(DurableExecutions.map(({ DurableExecutionName }) => DurableExecutionName)).toEqual(['token-1']);
  });

  it('needs a version or an alias', async () => {
    await deployDurable(code);
    await expect(
      world.lambda.invoke({ FunctionName: 'drain', InvocationType: 'Event', Payload: '{}' }),
    ).rejects.toMatchObject({ name: 'InvalidParameterValueException', message: /unqualified/ });
  });

  it('goes on where it was when an invocation crashes', async () => {
    await deployDurable(
      await durable(`
        await context.step('once', async () => console.log('side effect'));
        if (Date.now() === ${START}) process.exit(1);
        return 'done';`),
    );
    const arn = await start('c', {});
    await world.pass(MINUTE);
    expect(await statusOf(arn)).toBe('SUCCEEDED');
    expect(world.told('log').filter(({ line }) => line.includes('side effect'))).toHaveLength(1);
    expect(world.told('invocation')[0]).toMatchObject({ outcome: 'failed', error: /Runtime.ExitError/ });
  });

  it('fails with what its handler throws, and that reaches the dead-letter queue', async () => {
    const { QueueUrl } = await world.sqs.createQueue({ QueueName: 'dead' });
    const source = await durable(`throw new RangeError('too far');`);
    await world.deploy('drain', source, {
      DurableConfig: { ExecutionTimeout: 3600 },
      DeadLetterConfig: { TargetArn: 'arn:aws:sqs:eu-central-1:123456789012:dead' },
      Publish: true,
    });
    const DurableExecutionArn = await start('f', { id: 1 });
    await world.pass(MINUTE);
    const { Status, Error: error } = await world.lambda.getDurableExecution({ DurableExecutionArn });
    expect([Status, error?.ErrorMessage]).toEqual(['FAILED', 'too far']);
    const { Messages } = await world.sqs.receiveMessage({ QueueUrl });
    expect(Messages?.[0]?.Body).toBe('{"id":1}');
  });

  it('times out, wherever it stands', async () => {
    await deployDurable(await durable(`await context.wait({ hours: 30 });`), 3600);
    const arn = await start('t', {});
    await world.pass(HOUR - 1);
    expect(await statusOf(arn)).toBe('RUNNING');
    await world.pass(1);
    expect(await statusOf(arn)).toBe('TIMED_OUT');
    await world.pass(40 * HOUR);
    expect(world.told('invocation')).toHaveLength(1);
  });

  it('can be stopped', async () => {
    await deployDurable(await durable(`await context.wait({ hours: 3 }); console.log('side effect');`));
    const DurableExecutionArn = await start('s', {});
    await world.pass(HOUR);
    await world.lambda.stopDurableExecution({ DurableExecutionArn });
    await world.pass(3 * HOUR);
    expect(await statusOf(DurableExecutionArn)).toBe('STOPPED');
    expect(world.told('log')).toEqual([]);
  });

  it('answers a caller who waits', async () => {
    await deployDurable(
      await durable(`await context.wait({ minutes: 5 }); return { late: new Date().toISOString() };`),
      600,
    );
    const waiting = world.call('drain:1');
    let answer: Awaited<typeof waiting> | undefined;
    void waiting.then((result) => {
      answer = result;
    });
    while (answer === undefined) {
      await world.pass(1000);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(answer.error).toBeUndefined();
    expect(answer.result).toHaveProperty('late');
  });
});

describe('a callback', () => {
  const CALLBACK = `
    const answer = await context.waitForCallback(
      'approval',
      async (id) => console.log('callback ' + id),
      { timeout: { hours: 1 }, heartbeatTimeout: { minutes: 10 } },
    );
    return answer;`;

  async function callbackId(): Promise<string> {
    await world.pass(1000);
    const line = world.told('log').find((entry) => entry.line.includes('callback '))?.line ?? '';
    return line.split('callback ')[1] ?? '';
  }

  it('lets the execution go on with what it is answered', async () => {
    await deployDurable(await durable(CALLBACK));
    const DurableExecutionArn = await start('cb', {});
    const CallbackId = await callbackId();
    await world.pass(9 * MINUTE);
    await world.lambda.sendDurableExecutionCallbackHeartbeat({ CallbackId });
    await world.pass(9 * MINUTE);
    await world.lambda.sendDurableExecutionCallbackSuccess({ CallbackId, Result: Buffer.from('"yes"') });
    await world.pass(1000);
    const { Status, Result } = await world.lambda.getDurableExecution({ DurableExecutionArn });
    expect(Status).toBe('SUCCEEDED');
    expect(Result).toContain('yes');
    await expect(
      world.lambda.sendDurableExecutionCallbackSuccess({ CallbackId, Result: Buffer.from('1') }),
    ).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  });

  it('fails the execution when its heartbeat stays away', async () => {
    await deployDurable(await durable(CALLBACK));
    const arn = await start('cb', {});
    await callbackId();
    await world.pass(8 * MINUTE);
    expect(await statusOf(arn)).toBe('RUNNING');
    await world.pass(3 * MINUTE);
    expect(await statusOf(arn)).toBe('FAILED');
  });
});

describe('a chained invocation', () => {
  it('gives the execution what the other function answers', async () => {
    await world.deploy('sum', `export const handler = async ({ a, b }) => a + b;`);
    await deployDurable(await durable(`return await context.invoke('add', 'sum', { a: 2, b: event.b });`));
    const DurableExecutionArn = await start('ci', { b: 3 });
    await world.pass(1000);
    const { Status, Result } = await world.lambda.getDurableExecution({ DurableExecutionArn });
    expect([Status, Result]).toEqual(['SUCCEEDED', '5']);
  });

  it('may be of a function that waits itself', async () => {
    const later = await durable(`await context.wait({ minutes: 10 }); return 'late';`);
    await world.deploy('later', later, { DurableConfig: { ExecutionTimeout: 900 }, Publish: true });
    await deployDurable(await durable(`return await context.invoke('wait', 'later:1', {});`));
    const DurableExecutionArn = await start('cw', {});
    await world.pass(9 * MINUTE);
    expect(await statusOf(DurableExecutionArn)).toBe('RUNNING');
    await world.pass(2 * MINUTE);
    const { Result } = await world.lambda.getDurableExecution({ DurableExecutionArn });
    expect(Result).toBe('"late"');
  });
});

describe('a queue that a durable function works off', () => {
  it('keeps its message until the execution has ended', async () => {
    const QueueName = 'work';
    const { QueueUrl } = await world.sqs.createQueue({ QueueName, Attributes: { VisibilityTimeout: '900' } });
    await deployDurable(await durable(`await context.wait({ minutes: 10 });`), 900);
    await world.lambda.createEventSourceMapping({
      EventSourceArn: 'arn:aws:sqs:eu-central-1:123456789012:work',
      FunctionName: 'drain:1',
    });
    await world.sqs.sendMessage({ QueueUrl, MessageBody: '{}' });
    await world.pass(9 * MINUTE);
    expect(world.cloud.services.sqs.depths().get(QueueName)).toMatchObject({ inFlight: 1 });
    await world.pass(2 * MINUTE);
    expect(world.cloud.services.sqs.depths().get(QueueName)).toMatchObject({ inFlight: 0, visible: 0 });
  });
});
