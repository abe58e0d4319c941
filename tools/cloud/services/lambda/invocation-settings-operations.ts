import type {
  FunctionEventInvokeConfig,
  Lambda,
  PutFunctionEventInvokeConfigCommandInput,
} from '@aws-sdk/client-lambda';
import type { Kernel, Operations } from '../../kernel/index.ts';
import { AwsError, page } from '../../kernel/index.ts';
import type { Functions, LambdaFunction } from './functions.ts';
import { functionRef } from './names.ts';
import { defined } from './settings.ts';

/** How a function is invoked: reserved concurrency, retries and destinations of asynchronous invocations, tags. */
export function invocationSettingsOperations(kernel: Kernel, functions: Functions) {
  return { ...concurrency(functions), ...eventInvokeConfigs(kernel, functions), ...tagging(functions) };
}

function concurrency(functions: Functions) {
  return {
    PutFunctionConcurrency: (input) => {
      const reserved = input.ReservedConcurrentExecutions ?? 0;
      functions.get(input.FunctionName).reservedConcurrency = reserved;
      return { ReservedConcurrentExecutions: reserved };
    },

    GetFunctionConcurrency: (input) => {
      const reserved = functions.get(input.FunctionName).reservedConcurrency;
      return reserved === undefined ? {} : { ReservedConcurrentExecutions: reserved };
    },

    DeleteFunctionConcurrency: (input) => {
      delete functions.get(input.FunctionName).reservedConcurrency;
      return {};
    },
  } satisfies Operations<Lambda>;
}

function eventInvokeConfigs(kernel: Kernel, functions: Functions) {
  const put = (input: PutFunctionEventInvokeConfigCommandInput, before: FunctionEventInvokeConfig) => {
    const { fn, qualifier } = functions.resolve(input.FunctionName, input.Qualifier);
    const config: FunctionEventInvokeConfig = {
      ...before,
      ...defined({
        MaximumRetryAttempts: input.MaximumRetryAttempts,
        MaximumEventAgeInSeconds: input.MaximumEventAgeInSeconds,
        DestinationConfig: input.DestinationConfig,
      }),
      FunctionArn: functions.arnOf(fn.name, qualifier ?? '$LATEST'),
      LastModified: kernel.clock.date(),
    };
    fn.eventInvokeConfigs.set(qualifier ?? '$LATEST', config);
    return config;
  };

  return {
    PutFunctionEventInvokeConfig: (input) => shown(put(input, {})),

    UpdateFunctionEventInvokeConfig: (input) => shown(put(input, configOf(functions, input).config)),

    GetFunctionEventInvokeConfig: (input) => shown(configOf(functions, input).config),

    DeleteFunctionEventInvokeConfig: (input) => {
      const { fn, key } = configOf(functions, input);
      fn.eventInvokeConfigs.delete(key);
      return {};
    },

    ListFunctionEventInvokeConfigs: (input) => {
      const all = [...functions.get(input.FunctionName).eventInvokeConfigs.values()].map(shown);
      const { items, nextToken } = page(
        all,
        input.Marker,
        input.MaxItems ?? 50,
        'InvalidParameterValueException',
      );
      return { FunctionEventInvokeConfigs: items, ...(nextToken !== undefined && { NextMarker: nextToken }) };
    },
  } satisfies Operations<Lambda>;
}

/** Lambda names both destinations, also those that nothing goes to. */
function shown(config: FunctionEventInvokeConfig): FunctionEventInvokeConfig {
  const { OnSuccess = {}, OnFailure = {} } = config.DestinationConfig ?? {};
  return { ...config, DestinationConfig: { OnSuccess, OnFailure } };
}

function configOf(
  functions: Functions,
  input: { FunctionName?: string | undefined; Qualifier?: string | undefined },
): { fn: LambdaFunction; key: string; config: FunctionEventInvokeConfig } {
  const ref = functionRef(input.FunctionName, input.Qualifier);
  const fn = functions.get(ref.name);
  const key = ref.qualifier ?? '$LATEST';
  const config = fn.eventInvokeConfigs.get(key);
  if (config !== undefined) return { fn, key, config };
  throw new AwsError(
    'ResourceNotFoundException',
    `The function ${functions.arnOf(fn.name, key)} doesn't have an EventInvokeConfig`,
  );
}

function tagging(functions: Functions) {
  return {
    TagResource: (input) => {
      const fn = functions.get(input.Resource);
      fn.tags = { ...fn.tags, ...input.Tags };
      return {};
    },

    UntagResource: (input) => {
      const fn = functions.get(input.Resource);
      const removed = new Set(input.TagKeys);
      fn.tags = Object.fromEntries(Object.entries(fn.tags).filter(([key]) => !removed.has(key)));
      return {};
    },

    ListTags: (input) => ({ Tags: functions.get(input.Resource).tags }),
  } satisfies Operations<Lambda>;
}
