import type { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Lambda } from '@aws-sdk/client-lambda';
import type { NeedsOf, Scope } from './need.ts';
import { named, same } from './need.ts';

interface OfTargetGroup {
  readonly TargetGroupArn?: string | undefined;
}

const ofTargetGroup = ({ TargetGroupArn = '*' }: OfTargetGroup) => [TargetGroupArn];

interface OfLoadBalancer {
  readonly LoadBalancerArn?: string | undefined;
}

const ofLoadBalancer = ({ LoadBalancerArn = '*' }: OfLoadBalancer) => [LoadBalancerArn];

export const elasticLoadBalancingNeeds: NeedsOf<ElasticLoadBalancingV2> = {
  ...same(
    ofTargetGroup,
    'DeleteTargetGroup',
    'DeregisterTargets',
    'ModifyTargetGroup',
    'ModifyTargetGroupAttributes',
    'RegisterTargets',
  ),
  ...same(
    ofLoadBalancer,
    'DeleteLoadBalancer',
    'ModifyLoadBalancerAttributes',
    'SetSecurityGroups',
    'SetSubnets',
  ),
  ...same(
    ({ ResourceArns = [] }: { readonly ResourceArns?: string[] | undefined }) => ResourceArns,
    'AddTags',
    'RemoveTags',
  ),
};

interface OfFunction {
  readonly FunctionName?: string | undefined;
  readonly Qualifier?: string | undefined;
}

/** A function may be called by name, by part of its ARN, or by its ARN; each with a qualifier or without. */
function ofFunction({ FunctionName = '', Qualifier }: OfFunction, scope: Scope): string[] {
  const [, name = '', own] = /(?:.*function:)?([^:]+)(?::([^:]+))?$/.exec(FunctionName) ?? [];
  const qualifier = own ?? Qualifier;
  return [named(scope, 'lambda', `function:${name}${qualifier === undefined ? '' : `:${qualifier}`}`)];
}

interface OfExecution {
  readonly DurableExecutionArn?: string | undefined;
}

const ofExecution = ({ DurableExecutionArn = '*' }: OfExecution) => [DurableExecutionArn];

export const lambdaNeeds: NeedsOf<Lambda> = {
  ...same(
    ofFunction,
    'GetFunction',
    'GetFunctionConfiguration',
    'GetFunctionConcurrency',
    'Invoke',
    'ListDurableExecutionsByFunction',
    'ListVersionsByFunction',
    'PublishVersion',
    'UpdateFunctionCode',
    'UpdateFunctionConfiguration',
  ),
  ...same(
    ofExecution,
    'CheckpointDurableExecution',
    'GetDurableExecution',
    'GetDurableExecutionHistory',
    'GetDurableExecutionState',
    'StopDurableExecution',
  ),
};
