import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { World } from './lambda-world.ts';
import { MINUTE, newWorld, START } from './lambda-world.ts';

let world: World;

beforeEach(async () => {
  world = await newWorld();
});

afterEach(async () => {
  await world.cloud.close();
});

describe('an invocation that waits', () => {
  it('runs the uploaded code with the context that Lambda gives', async () => {
    await world.deploy(
      'greet',
      `export const handler = async ({ name }, context) => ({
         greeting: 'Hello ' + name,
         function: context.functionName,
         arn: context.invokedFunctionArn,
         left: context.getRemainingTimeInMillis(),
         now: new Date().toISOString(),
         region: process.env.AWS_REGION,
         stage: process.env.STAGE,
         leak: process.env.HOME,
       });`,
      { Timeout: 7, Environment: { Variables: { STAGE: 'test' } } },
    );
    await world.pass(90 * MINUTE);
    expect(await world.call('greet', { name: 'Ada' })).toEqual({
      error: undefined,
      result: {
        greeting: 'Hello Ada',
        function: 'greet',
        arn: 'arn:aws:lambda:eu-central-1:123456789012:function:greet',
        left: 7000,
        now: new Date(START + 90 * MINUTE).toISOString(),
        region: world.cloud.kernel.account.region,
        stage: 'test',
      },
    });
  });

  it('reports what the handler throws, and keeps the environment', async () => {
    await world.deploy(
      'throws',
      `let n = 0; export const handler = async () => { if (n++ === 0) throw new TypeError('bad input'); return n; };`,
    );
    expect(await world.call('throws')).toMatchObject({
      error: 'Unhandled',
      result: { errorType: 'TypeError', errorMessage: 'bad input', trace: expect.any(Array) as unknown },
    });
    expect(await world.call('throws')).toEqual({ error: undefined, result: 2 });
  });
});
