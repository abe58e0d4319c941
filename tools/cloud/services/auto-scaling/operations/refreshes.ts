import type { AutoScaling, InstanceRefresh } from '@aws-sdk/client-auto-scaling';
import type { Operations } from '../../../kernel/index.ts';
import { page } from '../../../kernel/index.ts';
import type { Engine } from '../engine.ts';
import type { Group } from '../model.ts';
import type { Refresh } from '../refresh/model.ts';
import { cancelRefresh, rollBackRefresh, startRefresh } from '../refresh/start.ts';
import { checkedSize } from './describe-groups.ts';

/** Instance refreshes. */
export function refreshOperations(engine: Engine) {
  const { groups } = engine;
  return {
    StartInstanceRefresh: (input) => ({
      InstanceRefreshId: startRefresh(engine, groups.get(input.AutoScalingGroupName), input).id,
    }),
    CancelInstanceRefresh: ({ AutoScalingGroupName, WaitForTransitioningInstances = true }) => ({
      InstanceRefreshId: cancelRefresh(
        engine,
        groups.get(AutoScalingGroupName),
        WaitForTransitioningInstances,
      ).id,
    }),
    RollbackInstanceRefresh: ({ AutoScalingGroupName }) => ({
      InstanceRefreshId: rollBackRefresh(engine, groups.get(AutoScalingGroupName)).id,
    }),
    DescribeInstanceRefreshes: ({
      AutoScalingGroupName,
      InstanceRefreshIds: ids = [],
      NextToken,
      MaxRecords,
    }) => {
      const group = groups.get(AutoScalingGroupName);
      const asked = group.refreshes.filter(({ id }) => ids.length === 0 || ids.includes(id));
      const { items, nextToken } = page(asked, NextToken, checkedSize(MaxRecords, 100));
      return {
        InstanceRefreshes: items.map((refresh) => describeRefresh(group, refresh)),
        NextToken: nextToken,
      };
    },
  } satisfies Operations<AutoScaling>;
}

function describeRefresh(group: Group, refresh: Refresh): InstanceRefresh {
  const { rollback, preferences } = refresh;
  const toUpdate = refresh.total - Math.floor((refresh.total * refresh.percent) / 100);
  return {
    InstanceRefreshId: refresh.id,
    AutoScalingGroupName: group.name,
    Strategy: 'Rolling',
    Status: refresh.status,
    StatusReason: refresh.statusReason,
    StartTime: new Date(refresh.startedAt),
    EndTime: refresh.endedAt === undefined ? undefined : new Date(refresh.endedAt),
    PercentageComplete: refresh.percent,
    InstancesToUpdate: toUpdate,
    ProgressDetails: {
      LivePoolProgress: { PercentageComplete: refresh.percent, InstancesToUpdate: toUpdate },
      ...(group.warmPool === undefined ? {} : { WarmPoolProgress: poolProgress(refresh) }),
    },
    Preferences: {
      ...refresh.requested,
      MinHealthyPercentage: preferences.minHealthy,
      MaxHealthyPercentage: preferences.maxHealthy,
      InstanceWarmup: preferences.warmupSeconds,
      SkipMatching: preferences.skipsMatching,
      AutoRollback: preferences.rollsBack,
      ScaleInProtectedInstances: preferences.protectedInstances,
      StandbyInstances: preferences.standbyInstances,
    },
    DesiredConfiguration: refresh.desired,
    RollbackDetails:
      rollback === undefined
        ? undefined
        : {
            RollbackReason: rollback.reason,
            RollbackStartTime: new Date(rollback.startedAt),
            PercentageCompleteOnRollback: rollback.percent,
            InstancesToUpdateOnRollback: rollback.instancesToUpdate,
            ProgressDetailsOnRollback: {
              LivePoolProgress: {
                PercentageComplete: rollback.percent,
                InstancesToUpdate: rollback.instancesToUpdate,
              },
            },
          },
  };
}

function poolProgress({ pool: { total, left } }: Refresh) {
  const percentage = total === 0 ? 100 : Math.floor((100 * (total - left)) / total);
  return { PercentageComplete: percentage, InstancesToUpdate: left };
}
