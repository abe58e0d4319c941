import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeOwnEvent } from '../../../events/index.ts';
import { lambdaStarter } from '../../../shared/aws/lambda-starter.ts';
import type { Starter } from '../../../shared/ports/index.ts';
import type { World } from '../cloud/lambda-world.ts';
import { bundled, MINUTE, newWorld, START, zipOf } from '../cloud/lambda-world.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';

const PLAIN = 'export const handler = async (event) => event;';
const DURABLE = `
  import { withDurableExecution } from '@aws/durable-execution-sdk-js';
  export const handler = withDurableExecution(async (event) => event);
`;

let world: World;
let starter: Starter;

beforeEach(async () => {
  world = await newWorld();
  starter = lambdaStarter(
    'evenkeel-test-',
    writeOwnEvent,
    new LambdaClient({
      region: 'eu-central-1',
      endpoint: world.cloud.endpoint,
      credentials: ACCOUNT_KEYS,
    }),
  );
});
afterEach(async () => {
  await world.cloud.close();
});

async function deployDurable(name: string): Promise<void> {
  await world.deploy(name, '', {
    Code: { ZipFile: zipOf({ 'index.mjs': await bundled(DURABLE) }) },
    DurableConfig: { ExecutionTimeout: 3600, RetentionPeriodInDays: 7 },
    Publish: true,
  });
  await world.lambda.createAlias({ FunctionName: name, Name: 'durable', FunctionVersion: '1' });
}

/** The payloads with which a function was invoked by us, first invocations of durable executions alone. */
function payloads(functionName: string): unknown[] {
  return world
    .told('invocation')
    .filter((entry) => entry.functionName === functionName)
    .map(({ payload }) => payload);
}

async function executionsOf(functionName: string): Promise<number> {
  const { DurableExecutions } = await world.lambda.listDurableExecutionsByFunction({
    FunctionName: functionName,
    Qualifier: 'durable',
  });
  return DurableExecutions?.length ?? 0;
}

describe('work is started where it is done', () => {
  it('a scaling in its function, by an event that the function can read', async () => {
    await world.deploy('evenkeel-test-scale', PLAIN);
    await starter.start({ kind: 'scale-due', id: 'tick/web', at: START, fleet: 'web' });
    await world.pass(MINUTE);
    expect(payloads('evenkeel-test-scale')).toEqual([
      {
        source: 'evenkeel',
        'detail-type': 'Scale Due',
        id: 'tick/web',
        time: '2026-01-05T00:00:00.000Z',
        detail: { fleet: 'web' },
      },
    ]);
  });

  it('a drain as one durable execution, however often it is started', async () => {
    await deployDurable('evenkeel-test-drain');
    const action = { token: '', group: 'web', hook: 'evenkeel-drain', instance: 'i-1' };
    const event = { kind: 'terminating', id: 'reconcile-2026-01-05T00:00:00Z/i-1', at: 0, action } as const;
    await starter.start(event);
    await starter.start(event);
    await world.pass(MINUTE);
    expect(await executionsOf('evenkeel-test-drain')).toBe(1);
    await starter.start({ ...event, id: 'reconcile-2026-01-05T00:10:00Z/i-1' });
    await world.pass(MINUTE);
    expect(await executionsOf('evenkeel-test-drain')).toBe(2);
  });

  it('nothing for an event that has no function', async () => {
    await expect(starter.start({ kind: 'reconcile-due', id: 'tick', at: START })).rejects.toThrow(
      'no function is started by reconcile-due',
    );
  });
});
