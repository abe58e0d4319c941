import type {
  DescribeTargetGroupsInput,
  ElasticLoadBalancingV2,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { page, type Operations } from '../../kernel/index.ts';
import type { LoadBalancers } from './load-balancers.ts';
import { modified, type TargetGroupRecord } from './target-group.ts';
import type { TargetGroups } from './target-groups.ts';

const A_PAGE = 400;

/** @param onHealthCheck called after the group's health check has changed */
export function targetGroupOperations(
  groups: TargetGroups,
  balancers: LoadBalancers,
  onHealthCheck: (group: TargetGroupRecord) => void,
) {
  return {
    CreateTargetGroup: (input) => ({ TargetGroups: [groups.create(input).wire()] }),
    DescribeTargetGroups: (input) => describe(groups, balancers, input),
    ModifyTargetGroup: (input) => {
      const group = groups.get(input.TargetGroupArn);
      group.settings = modified(group.settings, input);
      onHealthCheck(group);
      return { TargetGroups: [group.wire()] };
    },
    DeleteTargetGroup: (input) => {
      groups.delete(input.TargetGroupArn);
      return {};
    },
    DescribeTargetGroupAttributes: (input) => ({
      Attributes: groups.get(input.TargetGroupArn).attributes.wire(),
    }),
    ModifyTargetGroupAttributes: (input) => {
      const { attributes } = groups.get(input.TargetGroupArn);
      attributes.modify(input.Attributes);
      return { Attributes: attributes.wire() };
    },
  } satisfies Operations<ElasticLoadBalancingV2>;
}

function describe(groups: TargetGroups, balancers: LoadBalancers, input: DescribeTargetGroupsInput) {
  const { items, nextToken } = page(asked(groups, balancers, input), input.Marker, input.PageSize ?? A_PAGE);
  return {
    TargetGroups: items.map((group) => group.wire()),
    ...(nextToken === undefined ? {} : { NextMarker: nextToken }),
  };
}

function asked(
  groups: TargetGroups,
  balancers: LoadBalancers,
  input: DescribeTargetGroupsInput,
): TargetGroupRecord[] {
  if (input.LoadBalancerArn !== undefined) {
    const { arn } = balancers.get(input.LoadBalancerArn);
    return [...groups.values()].filter((group) => group.loadBalancerArns.includes(arn));
  }
  if (input.TargetGroupArns?.length) return input.TargetGroupArns.map((arn) => groups.get(arn));
  if (input.Names?.length) return input.Names.map((name) => groups.named(name));
  return [...groups.values()];
}
