import type { CreateFunctionCommandInput, Lambda } from '@aws-sdk/client-lambda';
import type { Need, NeedsOf, Scope } from './need.ts';
import { keys, named, passRole, same } from './need.ts';

interface OfFunction {
  readonly FunctionName?: string | undefined;
  readonly Qualifier?: string | undefined;
}

/** A function may be called by name, by part of its ARN, or by its ARN; each with a qualifier or without. */
function functionArn(scope: Scope, { FunctionName = '', Qualifier }: OfFunction): string {
  const [, name = '', own] = /(?:.*function:)?([^:]+)(?::([^:]+))?$/.exec(FunctionName) ?? [];
  const qualifier = own ?? Qualifier;
  return named(scope, 'lambda', `function:${name}${qualifier === undefined ? '' : `:${qualifier}`}`);
}

const ofFunction = (input: OfFunction, scope: Scope) => [functionArn(scope, input)];

/** Actions on an alias are asked for on its function. */
const ofWhole = ({ FunctionName }: OfFunction, scope: Scope) => [functionArn(scope, { FunctionName })];

interface OfArn {
  readonly Resource?: string | undefined;
}

const ofArn = ({ Resource = '*' }: OfArn) => [Resource];

interface OfExecution {
  readonly DurableExecutionArn?: string | undefined;
}

const ofExecution = ({ DurableExecutionArn = '*' }: OfExecution) => [DurableExecutionArn];

/** A callback's id tells its execution to nobody but Lambda. */
const ofCallback = (_input: unknown, scope: Scope) => [
  named(scope, 'lambda', 'function:*:*/durable-execution/*/*'),
];

interface OfMapping {
  readonly UUID?: string | undefined;
}

const ofMapping = ({ UUID = '*' }: OfMapping, scope: Scope): Need[] => [
  {
    resource: named(scope, 'lambda', `event-source-mapping:${UUID}`),
    context: keys({ 'lambda:functionarn': scope.directory.functionOfMapping(UUID) }),
  },
];

type Settings = Partial<Pick<CreateFunctionCommandInput, 'FunctionName' | 'Layers' | 'Role' | 'VpcConfig'>>;

const configuring = (input: Settings, scope: Scope): Need[] => [
  {
    resource: functionArn(scope, { FunctionName: input.FunctionName }),
    context: keys({
      'lambda:layer': input.Layers,
      'lambda:subnetids': input.VpcConfig?.SubnetIds,
      'lambda:securitygroupids': input.VpcConfig?.SecurityGroupIds,
    }),
  },
  ...passRole(input.Role, 'lambda.amazonaws.com'),
];

export const lambdaNeeds: NeedsOf<Lambda> = {
  ...same(configuring, 'CreateFunction', 'UpdateFunctionConfiguration'),
  ...same(
    ofFunction,
    'DeleteFunction',
    'DeleteFunctionEventInvokeConfig',
    'GetFunction',
    'GetFunctionConfiguration',
    'GetFunctionEventInvokeConfig',
    'GetPolicy',
    'Invoke',
    'ListDurableExecutionsByFunction',
    'PutFunctionEventInvokeConfig',
    'RemovePermission',
    'UpdateFunctionEventInvokeConfig',
  ),
  ...same(
    ofWhole,
    'CreateAlias',
    'DeleteAlias',
    'DeleteFunctionConcurrency',
    'GetAlias',
    'GetFunctionConcurrency',
    'ListAliases',
    'ListFunctionEventInvokeConfigs',
    'ListVersionsByFunction',
    'PublishVersion',
    'PutFunctionConcurrency',
    'UpdateAlias',
    'UpdateFunctionCode',
  ),
  AddPermission: (input, scope) => [
    {
      resource: functionArn(scope, input),
      context: keys({
        'lambda:principal': input.Principal,
        'lambda:functionurlauthtype': input.FunctionUrlAuthType,
      }),
    },
  ],
  ...same(ofArn, 'ListTags', 'TagResource', 'UntagResource'),
  CreateEventSourceMapping: (input, scope) => [
    { resource: '*', context: keys({ 'lambda:functionarn': functionArn(scope, input) }) },
  ],
  ...same(ofMapping, 'DeleteEventSourceMapping', 'GetEventSourceMapping', 'UpdateEventSourceMapping'),
  ...same(
    ofExecution,
    'CheckpointDurableExecution',
    'GetDurableExecution',
    'GetDurableExecutionHistory',
    'GetDurableExecutionState',
    'StopDurableExecution',
  ),
  ...same(
    ofCallback,
    'SendDurableExecutionCallbackFailure',
    'SendDurableExecutionCallbackHeartbeat',
    'SendDurableExecutionCallbackSuccess',
  ),
};
