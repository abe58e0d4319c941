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
  await world.cloud.close();
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

describe('a durable execution', () => {
  it('waits, polls and retries on virtual time, and does each step once', async () => {
    await deployDurable(code);
    const DurableExecutionArn = await start('token-1', { id: 'i-1' });
    await world.pass(HOUR);
    expect((await world.lambda.getDurableExecution({ DurableExecutionArn })).Status).toBe('RUNNING');
    await world.pass(3 * HOUR);
    const { Status, Result, EndTimestamp } = await world.lambda.getDurableExecution({ DurableExecutionArn });
    // 19 pauses of five minutes, two hours, and two pauses of half a minute.
    const end = START + 95 * MINUTE + 2 * HOUR + MINUTE;
    expect(Status).toBe('SUCCEEDED');
    expect(JSON.parse(Result ?? '')).toEqual({ id: 'i-1', polls: 20, now: new Date(end).toISOString() });
    expect(EndTimestamp?.getTime()).toBe(end);
    expect(world.told('log').filter(({ line }) => line.includes('side effect'))).toHaveLength(1);
  });
});
