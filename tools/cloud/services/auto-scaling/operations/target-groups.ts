import type { AutoScaling, TrafficSourceIdentifier } from '@aws-sdk/client-auto-scaling';
import type { Operations } from '../../../kernel/index.ts';
import { page, validationError } from '../../../kernel/index.ts';
import type { Engine } from '../engine.ts';
import { attachmentStates, attachTargetGroups, detachTargetGroups } from '../target-groups.ts';
import { checkedSize } from './describe-groups.ts';

/** Target groups, and traffic sources of type elbv2, which are the same. */
export function targetGroupOperations(engine: Engine) {
  const { groups } = engine;
  return {
    AttachLoadBalancerTargetGroups: ({ AutoScalingGroupName, TargetGroupARNs = [] }) => {
      attachTargetGroups(engine, groups.get(AutoScalingGroupName), TargetGroupARNs);
      return {};
    },
    DetachLoadBalancerTargetGroups: ({ AutoScalingGroupName, TargetGroupARNs = [] }) => {
      detachTargetGroups(engine, groups.get(AutoScalingGroupName), TargetGroupARNs);
      return {};
    },
    DescribeLoadBalancerTargetGroups: ({ AutoScalingGroupName, NextToken, MaxRecords }) => {
      const states = attachmentStates(engine, groups.get(AutoScalingGroupName));
      const { items, nextToken } = page(states, NextToken, checkedSize(MaxRecords, 100));
      return {
        LoadBalancerTargetGroups: items.map(({ arn, state }) => ({
          LoadBalancerTargetGroupARN: arn,
          State: state,
        })),
        NextToken: nextToken,
      };
    },
    AttachTrafficSources: ({ AutoScalingGroupName, TrafficSources = [] }) => {
      attachTargetGroups(engine, groups.get(AutoScalingGroupName), targetGroupsOf(TrafficSources));
      return {};
    },
    DetachTrafficSources: ({ AutoScalingGroupName, TrafficSources = [] }) => {
      detachTargetGroups(engine, groups.get(AutoScalingGroupName), targetGroupsOf(TrafficSources));
      return {};
    },
    DescribeTrafficSources: ({ AutoScalingGroupName, TrafficSourceType, NextToken, MaxRecords }) => {
      const states = attachmentStates(engine, groups.get(AutoScalingGroupName));
      const asked = TrafficSourceType === undefined || TrafficSourceType === 'elbv2' ? states : [];
      const { items, nextToken } = page(asked, NextToken, checkedSize(MaxRecords, 50));
      return {
        TrafficSources: items.map(({ arn, state }) => ({
          TrafficSource: arn,
          Identifier: arn,
          Type: 'elbv2',
          State: state,
        })),
        NextToken: nextToken,
      };
    },
  } satisfies Operations<AutoScaling>;
}

function targetGroupsOf(sources: readonly TrafficSourceIdentifier[]): string[] {
  return sources.map(({ Identifier = '', Type = 'elbv2' }) => {
    if (Type !== 'elbv2')
      throw validationError(`Traffic source type ${Type} is not supported by the local cloud.`);
    return Identifier;
  });
}
