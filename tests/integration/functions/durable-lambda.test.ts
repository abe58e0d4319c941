import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sample } from '../../support/event-samples.ts';
import type { World } from '../cloud/lambda-world.ts';
import { bundled, MINUTE, newWorld, START, zipOf } from '../cloud/lambda-world.ts';

const lambdaModule = fileURLToPath(new URL('../../../functions/lambda.ts', import.meta.url));

const SOURCE = `
  import { durableLambda } from ${JSON.stringify(lambdaModule)};
  let outages = 1;
  export const handler = durableLambda(['terminating'], async (event, durable) => {
    const begun = await durable.step('begin', async () => {
      console.log('side effect');
      return { instance: event.action.instance, at: Date.now() };
    });
    const { looks } = await durable.poll('look', 300, { looks: 0 }, async ({ looks }) => {
      if (looks === 2 && outages-- > 0) throw new Error('throttled');
      return { done: looks === 4, state: { looks: looks + 1 } };
    });
    await durable.wait('bake', 7200);
    return { kind: 'done', summary: begun.instance, facts: { looks, began: begun.at } };
  });
`;

let code = '';
let world: World;

beforeAll(async () => {
  code = await bundled(SOURCE);
});
beforeEach(async () => {
  world = await newWorld();
  await world.deploy('drain', code, {
    Code: { ZipFile: zipOf({ 'index.mjs': code }) },
    DurableConfig: { ExecutionTimeout: 86_400, RetentionPeriodInDays: 7 },
    Publish: true,
  });
});
afterEach(async () => {
  await world.cloud.close();
});

async function endOf(name: string, payload: unknown) {
  const { DurableExecutionArn } = await world.lambda.invoke({
    FunctionName: 'drain',
    Qualifier: '1',
    InvocationType: 'Event',
    DurableExecutionName: name,
    Payload: JSON.stringify(payload),
  });
  await world.pass(4 * 60 * MINUTE);
  return world.lambda.getDurableExecution({ DurableExecutionArn });
}

describe('a durable function', () => {
  it('waits and polls on the time of the cloud, and a look that fails is taken again', async () => {
    const { Status, Result, EndTimestamp } = await endOf('one', sample('lifecycle-action/sample.json'));
    expect(Status).toBe('SUCCEEDED');
    expect(JSON.parse(Result ?? '')).toEqual({
      kind: 'done',
      summary: 'i-0123456789abcdef0',
      facts: { looks: 5, began: START },
    });
    // Six looks, one of them in vain, with five pauses of five minutes; then two hours.
    expect(EndTimestamp?.getTime()).toBe(START + 25 * MINUTE + 120 * MINUTE);
  });

  it('acknowledges what is not for it', async () => {
    const { Status, Result } = await endOf('one', sample('rebalance/sample.json'));
    expect(Status).toBe('SUCCEEDED');
    expect(JSON.parse(Result ?? '')).toMatchObject({ kind: 'skip', reason: 'UNKNOWN_EVENT' });
  });

  it('fails by poison, with what is wrong', async () => {
    const poison = { ...sample('lifecycle-action/sample.json'), detail: {} };
    const { Status, Error: error } = await endOf('one', poison);
    expect(Status).toBe('FAILED');
    expect(error?.ErrorMessage).toContain('detail.LifecycleActionToken');
  });
});
