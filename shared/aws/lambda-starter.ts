import { createHash } from 'node:crypto';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { EventOf, FleetEvent } from '../domain/index.ts';
import type { Starter } from '../ports/index.ts';
import { CLIENT_OPTIONS } from './clients.ts';

/** Events that one of our functions starts in another. */
type Startable = EventOf<'scale-due' | 'refresh-due' | 'replace-due' | 'launching' | 'terminating'>;

/** A durable function is invoked by the alias that a deployment makes for it. */
const DURABLE_ALIAS = 'durable';

const FUNCTION_OF = {
  'scale-due': { name: 'scale', isDurable: false },
  'refresh-due': { name: 'refresh', isDurable: true },
  'replace-due': { name: 'drain', isDurable: true },
  launching: { name: 'admit', isDurable: true },
  terminating: { name: 'drain', isDurable: true },
} as const satisfies Record<Startable['kind'], { name: string; isDurable: boolean }>;

function isStartable(event: FleetEvent): event is Startable {
  return event.kind in FUNCTION_OF;
}

/**
 * Starts work by asynchronous invocation. A durable execution is named by its event, so that starting it twice finds
 * the first.
 *
 * @param functionPrefix what the functions' names begin with: `evenkeel-prod-`
 * @param write the payload in which the started function recognises the event
 */
export function lambdaStarter(
  functionPrefix: string,
  write: (event: Startable) => Readonly<Record<string, unknown>>,
  client = new LambdaClient(CLIENT_OPTIONS),
): Starter {
  return {
    start: async (event) => {
      if (!isStartable(event)) throw new Error(`no function is started by ${event.kind}`);
      const { name, isDurable } = FUNCTION_OF[event.kind];
      await client.send(
        new InvokeCommand({
          FunctionName: `${functionPrefix}${name}`,
          InvocationType: 'Event',
          Payload: JSON.stringify(write(event)),
          ...(isDurable && { Qualifier: DURABLE_ALIAS, DurableExecutionName: executionName(name, event) }),
        }),
      );
    },
  };
}

const UNFIT = /[^A-Za-z0-9_-]/;
const MAX_NAME = 64;

/** Named after the lifecycle token, or else after the event. Lambda takes 64 letters, digits, `-` and `_`. */
function executionName(functionName: string, event: Startable): string {
  const token = 'action' in event && event.action.token !== '' ? event.action.token : event.id;
  const name = `${functionName}-${token}`;
  if (name.length <= MAX_NAME && !UNFIT.test(name)) return name;
  return `${functionName}-${createHash('sha256').update(token).digest('hex').slice(0, 40)}`;
}
