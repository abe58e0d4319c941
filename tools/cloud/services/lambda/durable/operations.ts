import type { Event, Execution, GetDurableExecutionCommandOutput, Lambda } from '@aws-sdk/client-lambda';
import type { Operations } from '../../../kernel/index.ts';
import { page } from '../../../kernel/index.ts';
import { textOf } from '../blob.ts';
import type { Functions } from '../functions.ts';
import { functionRef } from '../names.ts';
import type { Checkpoints } from './checkpoints.ts';
import { checkToken } from './checkpoints.ts';
import type { DurableExecutions } from './executions.ts';
import type { DurableExecution } from './model.ts';
import type { DurableRunner } from './runner.ts';
import { statePage } from './state.ts';

interface DurableParts {
  readonly functions: Functions;
  readonly executions: DurableExecutions;
  readonly checkpoints: Checkpoints;
  readonly runner: DurableRunner;
}

/** The API of durable executions: for the function's own SDK, for those who answer callbacks, and for onlookers. */
export function durableOperations(parts: DurableParts) {
  return { ...progress(parts), ...callbacks(parts), ...inspection(parts) };
}

function progress({ executions, checkpoints, runner }: DurableParts) {
  return {
    CheckpointDurableExecution: (input) => {
      const { token, operations } = checkpoints.take(input);
      return { CheckpointToken: token, NewExecutionState: { Operations: [...operations] } };
    },

    GetDurableExecutionState: (input) => {
      const execution = executions.get(input.DurableExecutionArn);
      checkToken(execution, input.CheckpointToken);
      return statePage(execution.operations, input.Marker, input.MaxItems);
    },

    StopDurableExecution: async (input) => {
      const execution = executions.get(input.DurableExecutionArn);
      await runner.end(execution, 'STOPPED', { error: input.Error ?? {} });
      return { StopTimestamp: new Date(execution.endedAt ?? 0) };
    },
  } satisfies Operations<Lambda>;
}

function callbacks({ checkpoints }: DurableParts) {
  return {
    SendDurableExecutionCallbackSuccess: (input) => {
      checkpoints.answer(input.CallbackId, { result: textOf(input.Result) });
      return {};
    },
    SendDurableExecutionCallbackFailure: (input) => {
      checkpoints.answer(input.CallbackId, { error: input.Error ?? {} });
      return {};
    },
    SendDurableExecutionCallbackHeartbeat: (input) => {
      checkpoints.heartbeat(input.CallbackId);
      return {};
    },
  } satisfies Operations<Lambda>;
}

function inspection({ functions, executions }: DurableParts) {
  return {
    GetDurableExecution: (input) =>
      details(executions.get(input.DurableExecutionArn), input.IncludeExecutionData ?? true),

    GetDurableExecutionHistory: (input) => {
      const { history } = executions.get(input.DurableExecutionArn);
      const events = input.IncludeExecutionData === true ? history : history.map(withoutData);
      const ordered = input.ReverseOrder === true ? events.toReversed() : events;
      const { items, nextToken } = page(
        ordered,
        input.Marker,
        input.MaxItems ?? 100,
        'InvalidParameterValueException',
      );
      return { Events: items, ...(nextToken !== undefined && { NextMarker: nextToken }) };
    },

    ListDurableExecutionsByFunction: (input) => {
      const ref = functionRef(input.FunctionName, input.Qualifier);
      const { fn } = functions.resolve(ref.name, ref.qualifier);
      const statuses = input.Statuses ?? [];
      const all = executions
        .ofFunction(fn.name)
        .filter(
          (execution) =>
            (ref.qualifier === undefined || isOf(execution, ref.qualifier)) &&
            (input.DurableExecutionName === undefined || execution.name === input.DurableExecutionName) &&
            (statuses.length === 0 || statuses.includes(execution.status)) &&
            execution.startedAt > (input.StartedAfter?.getTime() ?? -Infinity) &&
            execution.startedAt < (input.StartedBefore?.getTime() ?? Infinity),
        );
      // Newest first, unless asked otherwise.
      const ordered = input.ReverseOrder === true ? all : all.toReversed();
      const { items, nextToken } = page(
        ordered,
        input.Marker,
        input.MaxItems ?? 100,
        'InvalidParameterValueException',
      );
      return {
        DurableExecutions: items.map(summary),
        ...(nextToken !== undefined && { NextMarker: nextToken }),
      };
    },
  } satisfies Operations<Lambda>;
}

function isOf({ start }: DurableExecution, qualifier: string): boolean {
  return start.target.qualifier === qualifier || start.target.version.version === qualifier;
}

function summary(execution: DurableExecution): Execution {
  return {
    DurableExecutionArn: execution.arn,
    DurableExecutionName: execution.name,
    FunctionArn: execution.start.target.version.arn,
    Status: execution.status,
    StartTimestamp: new Date(execution.startedAt),
    ...(execution.endedAt !== undefined && { EndTimestamp: new Date(execution.endedAt) }),
  };
}

function details(
  execution: DurableExecution,
  withData: boolean,
): Omit<GetDurableExecutionCommandOutput, '$metadata'> {
  const { target, payload } = execution.start;
  return {
    ...summary(execution),
    DurableExecutionArn: execution.arn,
    Version: target.version.version,
    ExecutionDataIncluded: withData,
    ...(target.version.settings.DurableConfig && { DurableConfig: target.version.settings.DurableConfig }),
    ...(withData && {
      InputPayload: payload,
      ...(execution.status === 'SUCCEEDED' && { Result: execution.result }),
      ...(execution.error && { Error: execution.error }),
    }),
  };
}

/** An entry of a history without inputs, results and errors. */
function withoutData(event: Event): Event {
  return JSON.parse(JSON.stringify(event), (key, value: unknown) => {
    if (key === 'Payload') return undefined;
    return key.endsWith('Timestamp') ? new Date(value as string) : value;
  }) as Event;
}
