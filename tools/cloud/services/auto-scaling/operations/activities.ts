import type { AutoScaling } from '@aws-sdk/client-auto-scaling';
import type { Operations } from '../../../kernel/index.ts';
import { page } from '../../../kernel/index.ts';
import { describeActivity } from '../describe-activity.ts';
import type { Engine } from '../engine.ts';
import { checkedSize } from './describe-groups.ts';

/** Describing what the groups did in the last six weeks. */
export function activityOperations(engine: Engine) {
  return {
    DescribeScalingActivities: (input) => {
      const { AutoScalingGroupName: name, ActivityIds: ids = [], IncludeDeletedGroups = false } = input;
      const all =
        name === undefined || IncludeDeletedGroups
          ? [...engine.activities.newestFirst()].filter(
              ({ groupName }) => name === undefined || groupName === name,
            )
          : [...engine.activities.ofGroup(engine.groups.get(name).arn)];
      const asked = all.filter(
        ({ id, groupState }) =>
          (ids.length === 0 || ids.includes(id)) && (IncludeDeletedGroups || groupState === undefined),
      );
      const { items, nextToken } = page(asked, input.NextToken, checkedSize(input.MaxRecords, 100));
      return { Activities: items.map(describeActivity), NextToken: nextToken };
    },
  } satisfies Operations<AutoScaling>;
}
