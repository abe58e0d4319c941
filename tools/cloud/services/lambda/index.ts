import type { Lambda } from '@aws-sdk/client-lambda';
import type { Kernel, Operations, Service } from '../../kernel/index.ts';
import { accessOperations } from './access-operations.ts';
import { AsyncInvocations } from './async-invocations.ts';
import { CodePackages } from './code-packages.ts';
import { Destinations } from './destinations.ts';
import { Checkpoints } from './durable/checkpoints.ts';
import { DurableExecutions } from './durable/executions.ts';
import { durableOperations } from './durable/operations.ts';
import { DurableRunner } from './durable/runner.ts';
import { eventSourceOperations } from './event-sources/operations.ts';
import { functionOperations } from './function-operations.ts';
import { Functions } from './functions.ts';
import { invocationSettingsOperations } from './invocation-settings-operations.ts';
import { Invocations } from './invocations.ts';
import { invokeOperation } from './invoke-operation.ts';
import { Invoker } from './invoker.ts';
import type { LambdaPorts } from './ports.ts';
import { standing } from './standing.ts';
import { versionOperations } from './version-operations.ts';

export type { InvocationCall, SyncResult } from './invocations.ts';
export type { LambdaPorts } from './ports.ts';

/** AWS Lambda, as other services use it. */
export interface LambdaService extends Service {
  readonly invokeAsync: Invocations['invokeAsync'];
  readonly invokeSync: Invocations['invokeSync'];
  /** Ends all execution environments and removes what was unpacked. */
  close(): Promise<void>;
}

/** AWS Lambda: runs the uploaded code in threads of their own. */
export function createLambda(kernel: Kernel, on: LambdaPorts): LambdaService {
  const functions = new Functions(kernel);
  const packages = new CodePackages();
  const invoker = new Invoker(kernel, on);
  const destinations = new Destinations(kernel, on.delivery);
  const queue = new AsyncInvocations(kernel, functions, invoker, destinations);
  const executions = new DurableExecutions(kernel);
  const runner = new DurableRunner(kernel, executions, invoker, destinations);
  const { authorize } = on;
  const invocations = new Invocations(kernel, { functions, invoker, queue, runner, authorize });
  const checkpoints = new Checkpoints(kernel, executions, runner, invocations.chained);
  const operations = {
    ...functionOperations({ functions, packages, on, onRetired: (version) => invoker.retire(version) }),
    ...versionOperations(kernel, functions),
    ...accessOperations(kernel, functions),
    ...invocationSettingsOperations(kernel, functions),
    ...invokeOperation(invocations),
    ...eventSourceOperations(kernel, { functions, invocations, on }),
    ...durableOperations({ functions, executions, checkpoints, runner }),
  } satisfies Operations<Lambda>;

  on.delivery.register('lambda', (functionArn, { body, from, eventId }) => {
    invocations.invokeAsync({
      functionName: functionArn,
      payload: body,
      from,
      ...(eventId !== undefined && { eventId }),
    });
  });

  return {
    client: '@aws-sdk/client-lambda',
    standing,
    operations,
    // A caller may wait for a durable execution; any other invocation holds time by itself.
    waiting: new Set(['Invoke']),
    invokeAsync: (call) => invocations.invokeAsync(call),
    invokeSync: (call) => invocations.invokeSync(call),
    close: async () => {
      await invoker.close();
      packages.close();
    },
  };
}
