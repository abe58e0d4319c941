import type {
  DesiredConfiguration,
  RefreshPreferences,
  StartInstanceRefreshCommandInput,
} from '@aws-sdk/client-auto-scaling';
import { AwsError, validationError } from '../../../kernel/index.ts';
import type { Engine } from '../engine.ts';
import { checkedTemplate, inWordsOfAutoScaling } from '../checked-template.ts';
import { notImplemented } from '../not-implemented.ts';
import { isTerminating } from '../instances.ts';
import type { LaunchSource } from '../launch-source.ts';
import { matches, resolve, sourceOf, templatesOf, templateSpec } from '../launch-source.ts';
import { checkedPolicy } from '../mixed-instances/policy.ts';
import type { Group, GroupInstance } from '../model.ts';
import { pooledInstances } from '../warm-pool/model.ts';
import type { Configuration, Preferences, Refresh } from './model.ts';
import { activeRefresh } from './model.ts';
import { checkedPreferences } from './preferences.ts';
import { end, journalRefresh, setStatus } from './status.ts';

const SIX_WEEKS = 42 * 86_400_000;

/**
 * Starts to replace the group's instances.
 *
 * @throws AwsError InstanceRefreshInProgressFault, ValidationError; NotImplemented for other strategies than Rolling
 */
export function startRefresh(engine: Engine, group: Group, input: StartInstanceRefreshCommandInput): Refresh {
  if (activeRefresh(group) !== undefined) {
    throw new AwsError(
      'InstanceRefreshInProgressFault',
      'An Instance Refresh is already in progress and blocks the execution of this Instance Refresh.',
    );
  }
  if ((input.Strategy ?? 'Rolling') !== 'Rolling')
    throw notImplemented(`the refresh strategy ${input.Strategy ?? ''}`);
  const requested = input.Preferences ?? {};
  const preferences = checkedPreferences(group, requested);
  const desired = checkedConfiguration(engine, input.DesiredConfiguration);
  const refresh = newRefresh(engine, group, { requested, preferences, desired });
  if (preferences.rollsBack) requireReversible(engine, refresh, 'ValidationError');
  requireAlarms(engine, preferences.alarms);
  const oldest = engine.kernel.clock.now() - SIX_WEEKS;
  const kept = group.refreshes.filter(({ startedAt }) => startedAt > oldest);
  group.refreshes.splice(0, group.refreshes.length, refresh, ...kept);
  journalRefresh(engine, group, refresh);
  engine.wake(group);
  return refresh;
}

function newRefresh(
  engine: Engine,
  group: Group,
  from: {
    requested: RefreshPreferences;
    preferences: Preferences;
    desired: DesiredConfiguration | undefined;
  },
): Refresh {
  const { clock, ids } = engine.kernel;
  const { LaunchTemplate, MixedInstancesPolicy } = group.settings;
  const source = sourceOf(from.desired ?? group.settings);
  const toReplace = instancesToReplace(engine, group, from.preferences, source);
  return {
    ...from,
    id: ids.uuid(),
    before: { LaunchTemplate, MixedInstancesPolicy },
    startedAt: clock.now(),
    endedAt: undefined,
    status: 'Pending',
    statusReason: undefined,
    toReplace: new Set(toReplace.map(({ id }) => id)),
    total: toReplace.length,
    percent: 0,
    failures: 0,
    progressedAt: clock.now(),
    checkpointsPassed: 0,
    pausedUntil: undefined,
    rollback: undefined,
    pool: { total: pooledInstances(group).length, left: pooledInstances(group).length },
  };
}

function instancesToReplace(
  engine: Engine,
  group: Group,
  preferences: Preferences,
  source: LaunchSource,
): GroupInstance[] {
  for (const template of templatesOf(source)) inWordsOfAutoScaling(() => resolve(engine.on.ec2, template));
  return [...group.instances.values()].filter((instance) => {
    if (isTerminating(instance) || instance.state.startsWith('Detach')) return false;
    if (instance.isProtected && preferences.protectedInstances === 'Ignore') return false;
    if (isStandby(instance) && preferences.standbyInstances === 'Ignore') return false;
    return !(preferences.skipsMatching && matches(engine.on.ec2, instance, source));
  });
}

export function isStandby({ state }: GroupInstance): boolean {
  return state === 'Standby' || state === 'EnteringStandby';
}

function checkedConfiguration(
  engine: Engine,
  desired: DesiredConfiguration | undefined,
): DesiredConfiguration | undefined {
  const { ec2 } = engine.on;
  if (desired?.LaunchTemplate !== undefined)
    return { LaunchTemplate: checkedTemplate(desired.LaunchTemplate, ec2) };
  if (desired?.MixedInstancesPolicy === undefined) return undefined;
  return { MixedInstancesPolicy: checkedPolicy(desired.MixedInstancesPolicy, ec2) };
}

function requireAlarms(engine: Engine, alarms: readonly string[]): void {
  const unknown = alarms.find((name) => engine.on.alarms.state(name) === undefined);
  if (unknown !== undefined) throw validationError(`The CloudWatch alarm ${unknown} does not exist.`);
}

/**
 * @param waits  whether instances that are on their way are waited for
 * @throws AwsError ActiveInstanceRefreshNotFoundFault
 */
export function cancelRefresh(engine: Engine, group: Group, waits: boolean): Refresh {
  const refresh = requireActive(group);
  group.refreshSurge = 0;
  setStatus(engine, group, refresh, 'Cancelling');
  if (!waits) end(engine, group, refresh, 'Cancelled', 'Cancelled due to user request.');
  engine.wake(group);
  return refresh;
}

/** @throws AwsError ActiveInstanceRefreshNotFoundFault, IrreversibleInstanceRefreshFault */
export function rollBackRefresh(engine: Engine, group: Group): Refresh {
  const refresh = requireActive(group);
  requireReversible(engine, refresh, 'IrreversibleInstanceRefreshFault');
  startRollback(engine, group, refresh, 'The instance refresh was rolled back by a user request.');
  return refresh;
}

function requireActive(group: Group): Refresh {
  const refresh = activeRefresh(group);
  if (refresh !== undefined && refresh.status !== 'Cancelling' && refresh.rollback === undefined)
    return refresh;
  throw new AwsError(
    'ActiveInstanceRefreshNotFoundFault',
    `No in progress or pending Instance Refresh found for Auto Scaling group ${group.name}`,
  );
}

/** There must be a configuration to go back to, and both must say exactly what they are. */
function requireReversible(engine: Engine, refresh: Refresh, code: string): void {
  if (refresh.desired === undefined) {
    throw new AwsError(
      code,
      'A rollback is possible only for an instance refresh with a desired configuration.',
    );
  }
  if (isExact(engine, refresh.desired) && isExact(engine, refresh.before)) return;
  throw new AwsError(
    code,
    'A rollback is not possible with a launch template version of $Latest or $Default, or an AMI ID from an AWS Systems Manager parameter.',
  );
}

function isExact(engine: Engine, configuration: Configuration): boolean {
  const source = sourceOf(configuration);
  const images = source.overrides.flatMap(({ ImageId }) => ImageId ?? []);
  return (
    templatesOf(source).every((template) => {
      if (!/^\d+$/.test(template.Version ?? '$Default')) return false;
      return isImageId(engine.on.ec2.resolveTemplate(templateSpec(template)).data.ImageId);
    }) && images.every(isImageId)
  );
}

function isImageId(image = ''): boolean {
  return !image.startsWith('resolve:ssm:');
}

/**
 * Turns a refresh round: what it launched is replaced by what was before.
 *
 * @throws AwsError where what was before is gone
 */
export function startRollback(engine: Engine, group: Group, refresh: Refresh, reason: string): void {
  const before = sourceOf(refresh.before);
  refresh.rollback = {
    reason,
    startedAt: engine.kernel.clock.now(),
    percent: refresh.percent,
    instancesToUpdate: refresh.toReplace.size,
  };
  const launchedSince = [...group.instances.values()].filter(
    (instance) =>
      !isTerminating(instance) &&
      !matches(engine.on.ec2, instance, before) &&
      !refresh.toReplace.has(instance.id),
  );
  refresh.toReplace = new Set(launchedSince.map(({ id }) => id));
  refresh.failures = 0;
  refresh.progressedAt = engine.kernel.clock.now();
  refresh.pausedUntil = undefined;
  group.launchFailures.retryAt = 0;
  setStatus(engine, group, refresh, 'RollbackInProgress', reason);
  engine.wake(group);
}
