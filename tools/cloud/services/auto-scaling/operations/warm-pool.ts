import type { AutoScaling, PutWarmPoolCommandInput } from '@aws-sdk/client-auto-scaling';
import type { Operations } from '../../../kernel/index.ts';
import { AwsError, page, validationError } from '../../../kernel/index.ts';
import { sentence } from '../causes.ts';
import type { Engine } from '../engine.ts';
import { sourceOf, templateSpec } from '../launch-source.ts';
import type { Group } from '../model.ts';
import { terminateAtOnce } from '../terminating.ts';
import type { WarmPool } from '../warm-pool/model.ts';
import { describePool } from '../warm-pool/model.ts';
import { checkedSize, describeInstance } from './describe-groups.ts';

/** Pools of pre-initialised instances. */
export function warmPoolOperations(engine: Engine) {
  return {
    PutWarmPool: (input) => {
      const group = engine.groups.get(input.AutoScalingGroupName);
      if (group.warmPool?.isBeingDeleted === true) throw beingDeleted(group);
      requirePoolable(engine, group, input);
      group.warmPool = changedPool(group.warmPool, input);
      engine.wake(group);
      return {};
    },
    DescribeWarmPool: ({ AutoScalingGroupName, NextToken, MaxRecords }) => {
      const { warmPool, warmed } = engine.groups.get(AutoScalingGroupName);
      const { items, nextToken } = page([...warmed.values()], NextToken, checkedSize(MaxRecords, 50));
      return {
        ...(warmPool === undefined ? {} : { WarmPoolConfiguration: describePool(warmPool) }),
        Instances: items.map(describeInstance),
        NextToken: nextToken,
      };
    },
    DeleteWarmPool: ({ AutoScalingGroupName, ForceDelete = false }) => {
      deletePool(engine, engine.groups.get(AutoScalingGroupName), ForceDelete);
      return {};
    },
  } satisfies Operations<AutoScaling>;
}

/** What an update leaves out stays; -1 takes the maximum prepared capacity away. */
function changedPool(before: WarmPool | undefined, input: PutWarmPoolCommandInput): WarmPool {
  const { MaxGroupPreparedCapacity: maxPrepared = before?.maxPrepared } = input;
  return {
    maxPrepared: maxPrepared === undefined || maxPrepared < 0 ? undefined : maxPrepared,
    min: input.MinSize ?? before?.min ?? 0,
    state: input.PoolState ?? before?.state ?? 'Stopped',
    reusesOnScaleIn: input.InstanceReusePolicy?.ReuseOnScaleIn ?? before?.reusesOnScaleIn ?? false,
    isBeingDeleted: false,
  };
}

/**
 * "Warm pools aren't supported with weighted mixed instance groups" nor with Spot Instances; hibernation has to be
 * configured in the launch template.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-warm-pools.html#warm-pools-limitations
 *
 * @throws AwsError ValidationError
 */
function requirePoolable(engine: Engine, group: Group, { PoolState }: PutWarmPoolCommandInput): void {
  const { template, overrides, distribution } = sourceOf(group.settings);
  const { data } = engine.on.ec2.resolveTemplate(templateSpec(template));
  const usesSpot =
    data.InstanceMarketOptions?.MarketType === 'spot' ||
    (distribution?.OnDemandPercentageAboveBaseCapacity ?? 100) < 100;
  if (usesSpot) throw validationError('Warm pools do not support Spot Instances.');
  if (overrides.some(({ WeightedCapacity }) => WeightedCapacity !== undefined))
    throw validationError('Warm pools are not supported with instance weights.');
  if (PoolState === 'Hibernated' && data.HibernationOptions?.Configured !== true)
    throw validationError(
      'The launch template must configure hibernation for a warm pool of hibernated instances.',
    );
}

function deletePool(engine: Engine, group: Group, isForced: boolean): void {
  if (group.warmPool === undefined)
    throw validationError(`No warm pool found for Auto Scaling group ${group.name}`);
  if (group.warmPool.isBeingDeleted && !isForced) throw beingDeleted(group);
  group.warmPool = { ...group.warmPool, isBeingDeleted: true };
  if (isForced) {
    const cause = sentence(engine.kernel.clock.now(), 'a user request force deleted the warm pool');
    for (const instance of [...group.warmed.values()]) terminateAtOnce(engine, group, instance, cause);
  }
  engine.wake(group);
}

function beingDeleted(group: Group): AwsError {
  return new AwsError(
    'ScalingActivityInProgressFault',
    `The warm pool of AutoScalingGroup ${group.name} is being deleted.`,
  );
}
