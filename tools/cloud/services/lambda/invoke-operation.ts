import type { InvokeCommandInput, InvokeCommandOutput, Lambda } from '@aws-sdk/client-lambda';
import type { Call, Operations } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import { textOf } from './blob.ts';
import type { InvocationCall, Invocations, SyncResult } from './invocations.ts';
import { functionRef } from './names.ts';
import { defined } from './settings.ts';

type Answer = Omit<InvokeCommandOutput, '$metadata'>;

/** "Invocation payload": 6 MB when the caller waits, 1 MB when not. */
const SYNC_LIMIT = 6_291_456;
const ASYNC_LIMIT = 1_048_576;

/** A log tail's longest, in bytes. */
const TAIL = 4096;

export function invokeOperation(invocations: Invocations) {
  return {
    Invoke: (input, call) => {
      const invocation = invocationCall(input, call);
      switch (input.InvocationType ?? 'RequestResponse') {
        case 'DryRun':
          invocations.check(invocation);
          return { StatusCode: 204 };
        case 'Event': {
          checkSize(invocation.payload, ASYNC_LIMIT);
          const { durableExecutionArn } = invocations.invokeAsync(invocation);
          return { StatusCode: 202, ...defined({ DurableExecutionArn: durableExecutionArn }) };
        }
        default:
          checkSize(invocation.payload, SYNC_LIMIT);
          return invocations
            .invokeSync(invocation)
            .then((result) => answer(result, input.LogType === 'Tail'));
      }
    },
  } satisfies Operations<Lambda>;
}

function invocationCall(input: InvokeCommandInput, call: Call): InvocationCall {
  const { name, qualifier } = functionRef(input.FunctionName, input.Qualifier);
  const payload = textOf(input.Payload);
  return {
    functionName: qualifier === undefined ? name : `${name}:${qualifier}`,
    payload: checkedJson(payload === '' ? '{}' : payload),
    // The wire has asked the caller's own policies already: a role's grants are not used twice.
    from: { kind: 'account' },
    requestId: call.requestId,
    ...(input.DurableExecutionName !== undefined && { durableExecutionName: input.DurableExecutionName }),
  };
}

function checkedJson(payload: string): string {
  try {
    JSON.parse(payload);
    return payload;
  } catch (error) {
    throw new AwsError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${(error as Error).message}`,
    );
  }
}

function checkSize(payload: string, limit: number): void {
  if (Buffer.byteLength(payload) <= limit) return;
  throw new AwsError(
    'RequestTooLargeException',
    `Request must be smaller than ${limit} bytes for the InvokeFunction operation`,
    {
      status: 413,
    },
  );
}

function answer(result: SyncResult, withLog: boolean): Answer {
  const log = Buffer.from(`${result.log.join('\n')}\n`);
  return {
    StatusCode: 200,
    ExecutedVersion: result.version,
    Payload: Buffer.from(result.payload) as unknown as NonNullable<InvokeCommandOutput['Payload']>,
    ...(result.error && { FunctionError: 'Unhandled' }),
    ...(withLog && { LogResult: log.subarray(-TAIL).toString('base64') }),
    ...defined({ DurableExecutionArn: result.durableExecutionArn }),
  };
}
