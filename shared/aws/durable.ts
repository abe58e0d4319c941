import type { DurableContext } from '@aws/durable-execution-sdk-js';
import { createRetryStrategy, JitterStrategy } from '@aws/durable-execution-sdk-js';
import type { Durable } from '../ports/index.ts';

/** Looks in a row that may fail before the execution does: throttles and outages pass. */
const MAX_FAILED_LOOKS = 20;

/**
 * A step that fails is tried again for some minutes: what throttles hundreds of executions at once gives way to them
 * one by one. Tries are spread, so that those that failed together do not come together again.
 */
const untilAwsAnswers = createRetryStrategy({
  maxAttempts: 30,
  initialDelay: { seconds: 1 },
  maxDelay: { seconds: 30 },
  backoffRate: 2,
  jitter: JitterStrategy.FULL,
});

/** What a poll remembers between two looks. */
interface Polled<State> {
  readonly state: State;
  readonly done: boolean;
  /** Looks in a row that have thrown. */
  readonly failures: number;
}

/** The durable port on Lambda's durable executions. */
export function lambdaDurable(
  context: Pick<DurableContext, 'step' | 'wait' | 'waitForCondition' | 'executionContext'>,
): Durable {
  return {
    execution: context.executionContext.durableExecutionArn,
    step: async (name, work) => context.step(name, work, { retryStrategy: untilAwsAnswers }),
    wait: async (name, seconds) => context.wait(name, { seconds }),
    poll: async <State>(
      name: string,
      pause: number | ((state: State) => number),
      first: State,
      look: (state: State) => Promise<{ readonly done: boolean; readonly state: State }>,
    ): Promise<State> => {
      const polled = await context.waitForCondition<Polled<State>>(name, (last) => lookAgain(last, look), {
        initialState: { state: first, done: false, failures: 0 },
        waitStrategy: ({ done, state }) =>
          done
            ? { shouldContinue: false }
            : { shouldContinue: true, delay: { seconds: typeof pause === 'number' ? pause : pause(state) } },
      });
      return polled.state;
    },
  };
}

/** A look that fails is not the end of the wait: it is taken again after the usual pause, from the same state. */
async function lookAgain<State>(
  last: Polled<State>,
  look: (state: State) => Promise<{ readonly done: boolean; readonly state: State }>,
): Promise<Polled<State>> {
  try {
    return { ...(await look(last.state)), failures: 0 };
  } catch (error) {
    const failures = last.failures + 1;
    if (failures >= MAX_FAILED_LOOKS) throw error;
    return { ...last, failures };
  }
}
