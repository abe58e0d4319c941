import type { Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { lambda } from '../../../functions/lambda.ts';
import type { Observer } from '../../../functions/observe.ts';
import type { FleetEvent } from '../../../shared/domain/index.ts';
import { busy, done } from '../../../shared/workflows/outcome.ts';
import type { Outcome } from '../../../shared/workflows/outcome.ts';
import { sample, sqsBatch } from '../../support/event-samples.ts';

function stage(work: (event: FleetEvent, requestId: string) => Promise<Outcome>) {
  const log: string[] = [];
  const observer: Observer = {
    began: (requestId) => log.push(`began ${requestId}`),
    ended: (event, outcome) =>
      log.push(`${event.kind}: ${outcome.kind === 'skip' ? outcome.reason : outcome.kind}`),
    failed: (error) => log.push(`failed: ${String(error)}`),
  };
  const handler = lambda(['spot-interruption', 'rebalance-recommended'], work, observer);
  // What of Lambda's context the wrapper reads.
  const context = { awsRequestId: 'request-1', getRemainingTimeInMillis: () => 30_000 } as Context;
  return { log, invoke: (payload: unknown) => handler(payload, context) };
}

const spot = sample('spot-interruption/sample.json');

describe('a function', () => {
  it('works on the events that are for it, knowing the invocation', async () => {
    const { invoke, log } = stage(async (event, requestId) => done(`${event.kind} in ${requestId}`));
    expect(await invoke(spot)).toEqual([{ kind: 'done', summary: 'spot-interruption in request-1' }]);
    expect(log).toEqual(['began request-1', 'spot-interruption: done']);
  });

  it('acknowledges others and says so', async () => {
    const { invoke, log } = stage(() => Promise.reject(new Error('not to be called')));
    await invoke(sample('health/sample.json'));
    await invoke({ source: 'aws.s3', 'detail-type': 'Object Created' });
    expect(log).toEqual([
      'began request-1',
      'health-scheduled-change: UNKNOWN_EVENT',
      'began request-1',
      'skip: UNKNOWN_EVENT',
    ]);
  });

  it('fails by poison, with the path of what is wrong', async () => {
    const { invoke, log } = stage(async () => done(''));
    await expect(invoke({ ...spot, detail: {} })).rejects.toThrow('detail.instance-id: ');
    expect(log[1]).toBe('skip: INVALID_EVENT');
    expect(log[2]).toMatch(/^failed: InvalidEventError/);
  });

  it('fails by what the work throws, and by a busy world', async () => {
    const failing = stage(() => Promise.reject(new Error('throttled')));
    await expect(failing.invoke(spot)).rejects.toThrow('throttled');
    const waiting = stage(async () => busy('another writer'));
    await expect(waiting.invoke(spot)).rejects.toMatchObject({
      name: 'BusyError',
      message: 'another writer',
    });
  });

  it('gives every record of a batch its turn before it fails', async () => {
    const { invoke, log } = stage(async () => done(''));
    const text = JSON.stringify(spot);
    await expect(invoke(sqsBatch(text, 'poison', text))).rejects.toThrow('not JSON: poison');
    await expect(invoke(sqsBatch('poison', text, 'poison'))).rejects.toThrow('2 records failed');
    expect(log.filter((line) => line === 'spot-interruption: done')).toHaveLength(3);
  });
});
