import type { AutoScaling } from '@aws-sdk/client-auto-scaling';
import type { Operations } from '../../../kernel/index.ts';
import { page, validationError } from '../../../kernel/index.ts';
import type { Engine } from '../engine.ts';
import type { Group, Policy } from '../model.ts';
import { deletePolicy, executePolicy, putPolicy } from '../policies.ts';
import { checkedSize } from './describe-groups.ts';

/** Simple, step and target tracking scaling policies. */
export function policyOperations(engine: Engine) {
  return {
    PutScalingPolicy: (input) => {
      const { PolicyARN, Alarms } = putPolicy(engine, engine.groups.get(input.AutoScalingGroupName), input);
      return { PolicyARN, Alarms };
    },
    DescribePolicies: ({
      AutoScalingGroupName,
      PolicyNames: names = [],
      PolicyTypes: types = [],
      NextToken,
      MaxRecords,
    }) => {
      const groups =
        AutoScalingGroupName === undefined
          ? [...engine.groups.all()]
          : [engine.groups.get(AutoScalingGroupName)];
      const asked = groups
        .flatMap(({ policies }) => [...policies.values()])
        .filter(
          ({ PolicyName, PolicyARN, PolicyType = '' }) =>
            (names.length === 0 || names.includes(PolicyName) || names.includes(PolicyARN)) &&
            (types.length === 0 || types.includes(PolicyType)),
        );
      const { items, nextToken } = page(asked, NextToken, checkedSize(MaxRecords, 100));
      return { ScalingPolicies: items, NextToken: nextToken };
    },
    DeletePolicy: ({ AutoScalingGroupName, PolicyName }) => {
      const { group, policy } = findPolicy(engine, AutoScalingGroupName, PolicyName);
      deletePolicy(engine, group, policy);
      return {};
    },
    ExecutePolicy: ({
      AutoScalingGroupName,
      PolicyName,
      HonorCooldown = false,
      MetricValue,
      BreachThreshold,
    }) => {
      const { group, policy } = findPolicy(engine, AutoScalingGroupName, PolicyName);
      const trigger = { honorsCooldown: HonorCooldown, metricValue: MetricValue, threshold: BreachThreshold };
      executePolicy(engine, group, policy, trigger);
      return {};
    },
  } satisfies Operations<AutoScaling>;
}

/**
 * A policy by its ARN, or by its name within a group.
 *
 * @throws AwsError ValidationError where there is none
 */
export function findPolicy(
  engine: Engine,
  groupName: string | undefined,
  nameOrArn: string | undefined,
): { group: Group; policy: Policy } {
  const groups = groupName === undefined ? engine.groups.all() : [engine.groups.get(groupName)];
  for (const group of groups) {
    for (const policy of group.policies.values()) {
      const isIt =
        policy.PolicyARN === nameOrArn || (groupName !== undefined && policy.PolicyName === nameOrArn);
      if (isIt) return { group, policy };
    }
  }
  throw validationError(`Policy ${nameOrArn ?? ''} not found`);
}
