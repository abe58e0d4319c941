import type { DurableContext } from '@aws/durable-execution-sdk-js';
import { describe, expect, it } from 'vitest';
import { lambdaDurable } from '../../../../shared/aws/durable.ts';

interface Condition<State> {
  readonly initialState: State;
  readonly waitStrategy: (
    state: State,
    attempt: number,
  ) => { shouldContinue: true; delay: { seconds: number } } | { shouldContinue: false };
}

/** A durable context that waits by counting. */
function contextOf(pauses: number[]) {
  const waitForCondition = async <State>(
    _: string,
    check: (state: State) => Promise<State>,
    { initialState, waitStrategy }: Condition<State>,
  ): Promise<State> => {
    let state = initialState;
    for (let attempt = 1; ; attempt++) {
      state = await check(state);
      const next = waitStrategy(state, attempt);
      if (!next.shouldContinue) return state;
      pauses.push(next.delay.seconds);
    }
  };
  const executionContext = { durableExecutionArn: 'execution-1' };
  return { waitForCondition, executionContext } as unknown as DurableContext;
}

describe('a poll', () => {
  it('looks until it is done, with the same pause each time', async () => {
    const pauses: number[] = [];
    const end = await lambdaDurable(contextOf(pauses)).poll('p', 30, 0, async (looks) => ({
      done: looks === 2,
      state: looks + 1,
    }));
    expect(end).toBe(3);
    expect(pauses).toEqual([30, 30]);
  });

  it('goes on from the last good look after one that failed', async () => {
    const pauses: number[] = [];
    let outages = 19;
    const end = await lambdaDurable(contextOf(pauses)).poll('p', 30, 7, async (state) => {
      if (outages-- > 0) throw new Error('throttled');
      return { done: true, state: state + 1 };
    });
    expect(end).toBe(8);
    expect(pauses).toHaveLength(19);
  });

  it('counts failures in a row, and gives up when there are too many', async () => {
    const pauses: number[] = [];
    const looks = lambdaDurable(contextOf(pauses)).poll('p', 30, 0, async (state) => {
      if (state < 5 && pauses.length % 10 === 9) return { done: false, state: state + 1 };
      throw new Error('throttled');
    });
    await expect(looks).rejects.toThrow('throttled');
    // Five good looks, each after nine failures; then twenty in a row.
    expect(pauses).toHaveLength(5 * 10 + 19);
  });
});
