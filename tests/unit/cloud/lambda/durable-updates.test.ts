import type { Operation, OperationUpdate } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { isWaiting, statePage } from '../../../../tools/cloud/services/lambda/durable/state.ts';
import { hasEnded, ready, updated } from '../../../../tools/cloud/services/lambda/durable/updates.ts';

const NOW = Date.parse('2026-01-05T00:00:00Z');

function update(before: Operation | undefined, change: Partial<OperationUpdate>): Operation {
  return updated(before, { Id: 'a', Type: 'STEP', Action: 'START', ...change }, NOW, () => 'callback-1');
}

describe('a step', () => {
  it('counts the attempts that failed, and is ready again when its retry is due', () => {
    const first = update(undefined, {});
    expect(first).toMatchObject({ Status: 'STARTED', StepDetails: { Attempt: 0 } });
    const retried = update(first, { Action: 'RETRY', StepOptions: { NextAttemptDelaySeconds: 30 } });
    expect(retried).toMatchObject({
      Status: 'PENDING',
      StepDetails: { Attempt: 1, NextAttemptTimestamp: new Date(NOW + 30_000) },
    });
    const again = update(ready(retried), {});
    expect(again).toMatchObject({ Status: 'STARTED', StepDetails: { Attempt: 1 } });
    expect(again.StepDetails).not.toHaveProperty('NextAttemptTimestamp');
  });

  it('keeps the state of a poll over its retries', () => {
    const polled = update(update(undefined, {}), { Action: 'RETRY', Payload: '{"n":1}' });
    expect(update(ready(polled), {}).StepDetails?.Result).toBe('{"n":1}');
  });

  it.each(['SUCCEED', 'FAIL', 'CANCEL'] as const)('takes nothing more after %s', (Action) => {
    const over = update(update(undefined, {}), { Action });
    expect(hasEnded(over)).toBe(true);
    expect(over.EndTimestamp).toEqual(new Date(NOW));
    expect(() => update(over, { Action: 'START' })).toThrow(
      expect.objectContaining({ code: 'InvalidParameterValueException' }),
    );
  });
});

describe('a started operation', () => {
  it('says when its wait ends, or by what its callback is answered', () => {
    const wait = update(undefined, { Type: 'WAIT', WaitOptions: { WaitSeconds: 7200 } });
    expect(wait.WaitDetails?.ScheduledEndTimestamp).toEqual(new Date(NOW + 7_200_000));
    const callback = update(undefined, { Type: 'CALLBACK' });
    expect(callback.CallbackDetails?.CallbackId).toBe('callback-1');
    for (const each of [wait, callback]) expect(isWaiting(new Map([['a', each]]))).toBe(true);
    expect(isWaiting(new Map([['a', update(undefined, {})]]))).toBe(false);
  });
});

describe('the state that a replay gets', () => {
  const context = (ReplayChildren: boolean): ReadonlyMap<string, Operation> => {
    const inside = update(undefined, { Id: 'b', ParentId: 'a' });
    const deeper = update(undefined, { Id: 'c', ParentId: 'b' });
    const closed = update(update(undefined, { Type: 'CONTEXT' }), {
      Type: 'CONTEXT',
      Action: 'SUCCEED',
      ContextOptions: { ReplayChildren },
    });
    return new Map([
      ['a', closed],
      ['b', inside],
      ['c', deeper],
    ]);
  };
  const ids = (page: { Operations: Operation[] }) => page.Operations.map(({ Id }) => Id);

  it('leaves out what is inside a context that has ended, unless it asked for it', () => {
    expect(ids(statePage(context(false)))).toEqual(['a']);
    expect(ids(statePage(context(true)))).toEqual(['a', 'b', 'c']);
  });

  it('comes in pages', () => {
    const first = statePage(context(true), undefined, 2);
    expect(ids(first)).toEqual(['a', 'b']);
    expect(ids(statePage(context(true), first.NextMarker, 2))).toEqual(['c']);
  });
});
