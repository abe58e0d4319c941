import type { DurableContext } from '@aws/durable-execution-sdk-js';
import type { MiddlewareObj } from '@middy/core';
import middy from '@middy/core';
import { executionModeDurableContext } from '@middy/core/DurableContext';
import type { Context } from 'aws-lambda';
import { parse, parseAll } from '../events/index.ts';
import { lambdaDurable } from '../shared/aws/durable.ts';
import type { EventOf, FleetEvent, Skip } from '../shared/domain/index.ts';
import { skip } from '../shared/domain/index.ts';
import type { Durable } from '../shared/ports/index.ts';
import type { Outcome } from '../shared/workflows/outcome.ts';
import type { Observer } from './observe.ts';
import { powertoolsObserver } from './observe.ts';

type Kind = FleetEvent['kind'];

/** Poison: thrown so that the payload reaches the dead-letter queue together with what is wrong with it. */
export class InvalidEventError extends Error {
  override readonly name = 'InvalidEventError';
}

/** Somebody else holds what is needed: thrown so that the invocation is tried again later. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
}

/**
 * A function that does one piece of work for each event of certain kinds. Other events are acknowledged and told in
 * the log; poison and whatever the work throws fail the invocation, after every record of a batch has had its turn.
 *
 * @param work gets the event and the id of the invocation, which is the same for each of its attempts
 */
export function lambda<Taken extends Kind>(
  kinds: readonly Taken[],
  work: (event: EventOf<Taken>, requestId: string) => Promise<Outcome>,
  observer: Observer = powertoolsObserver(),
) {
  return middy<unknown, readonly Outcome[]>()
    .use(observed(observer, (context: Context) => context.awsRequestId))
    .handler(async (payload: unknown, { awsRequestId }: Context): Promise<readonly Outcome[]> => {
      const outcomes: Outcome[] = [];
      const failures: unknown[] = [];
      for (const event of parseAll(payload)) {
        try {
          outcomes.push(await answer(event, kinds, (taken) => work(taken, awsRequestId), observer));
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length === 1) throw failures[0];
      if (failures.length > 1) throw new AggregateError(failures, `${failures.length} records failed`);
      return outcomes;
    });
}

/** As {@link lambda}, for work that outlives an invocation: one durable execution for one event. */
export function durableLambda<Taken extends Kind>(
  kinds: readonly Taken[],
  work: (event: EventOf<Taken>, durable: Durable) => Promise<Outcome>,
  observer: Observer = powertoolsObserver(),
) {
  return middy<unknown, Outcome, Error, DurableContext>({
    executionMode: executionModeDurableContext,
    // An execution that is suspended leaves its handler pending: middy's own timer would go off in a later one.
    timeoutEarlyInMillis: 0,
  })
    .use(observed(observer, (context: DurableContext) => context.lambdaContext.awsRequestId))
    .handler(async (payload: unknown, context: DurableContext): Promise<Outcome> =>
      answer(parse(payload), kinds, (event) => work(event, lambdaDurable(context)), observer),
    );
}

async function answer<Taken extends Kind>(
  event: FleetEvent | Skip,
  kinds: readonly Taken[],
  work: (event: EventOf<Taken>) => Promise<Outcome>,
  observer: Observer,
): Promise<Outcome> {
  const outcome = await outcomeOf(event, kinds, work);
  observer.ended(event, outcome);
  if (outcome.kind === 'busy') throw new BusyError(outcome.detail);
  if (outcome.kind === 'skip' && outcome.reason === 'INVALID_EVENT')
    throw new InvalidEventError(outcome.detail);
  return outcome;
}

async function outcomeOf<Taken extends Kind>(
  event: FleetEvent | Skip,
  kinds: readonly Taken[],
  work: (event: EventOf<Taken>) => Promise<Outcome>,
): Promise<Outcome> {
  if (event.kind === 'skip') return event;
  return isOf(event, kinds) ? work(event) : skip('UNKNOWN_EVENT', `${event.kind} is not for this function`);
}

function isOf<Taken extends Kind>(event: FleetEvent, kinds: readonly Taken[]): event is EventOf<Taken> {
  return kinds.some((kind) => kind === event.kind);
}

/**
 * Says in the log when an invocation begins and with what it fails. Neither hook may return anything: middy would
 * take it for the function's answer.
 */
function observed<Seen extends Context | DurableContext>(
  observer: Observer,
  requestIdOf: (context: Seen) => string,
): MiddlewareObj<unknown, unknown, Error, Seen> {
  return {
    before: ({ context }) => {
      observer.began(requestIdOf(context));
    },
    onError: ({ error }) => {
      observer.failed(error);
    },
  };
}
