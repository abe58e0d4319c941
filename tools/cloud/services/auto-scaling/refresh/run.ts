import { AwsError } from '../../../kernel/index.ts';
import { takenOutOfService } from '../causes.ts';
import type { Engine } from '../engine.ts';
import { runs } from '../engine.ts';
import { failedCheck } from '../health.ts';
import {
  capacityOf,
  countedCapacity,
  countedInstances,
  isCounted,
  isFull,
  isInService,
  isPending,
  isTerminating,
  isWarming,
} from '../instances.ts';
import type { Group, GroupInstance } from '../model.ts';
import { terminateInstance } from '../terminating.ts';
import { leewayOf, replacedBy } from './batch.ts';
import type { Refresh } from './model.ts';
import { activeRefresh } from './model.ts';
import { refreshPool } from './pool.ts';
import { isStandby, startRollback } from './start.ts';
import { end, journalRefresh, setStatus, tellCheckpoint } from './status.ts';

const SECOND = 1000;
/** How often a refresh looks at warm-ups, alarms and its own pauses. */
const LOOK = 15 * SECOND;
const MOST_FAILURES = 3;
const LONGEST_STANDSTILL = 3600 * SECOND;

/** Takes the group's refresh one step on. */
export function advanceRefresh(engine: Engine, group: Group): void {
  const refresh = activeRefresh(group);
  if (refresh === undefined || !runs(group, 'InstanceRefresh')) return;
  engine.wake(group, engine.kernel.clock.now() + LOOK);
  if (refresh.status === 'Pending') setStatus(engine, group, refresh, 'InProgress');
  if (refresh.status === 'Cancelling') finishCancelling(engine, group, refresh);
  else if (!stopForFailure(engine, group, refresh)) replaceNext(engine, group, refresh);
}

/** Waits for the instances that are on their way; no others are replaced. */
function finishCancelling(engine: Engine, group: Group, refresh: Refresh): void {
  const isMoving = [...group.instances.values()].some(
    (instance) => isPending(instance) || (isTerminating(instance) && instance.launchedAt < refresh.startedAt),
  );
  if (!isMoving) end(engine, group, refresh, 'Cancelled', 'Cancelled due to user request.');
}

/** @returns whether the refresh has failed, or turned round */
function stopForFailure(engine: Engine, group: Group, refresh: Refresh): boolean {
  const reason = failureOf(engine, refresh);
  if (reason === undefined) return false;
  if (refresh.rollback !== undefined) end(engine, group, refresh, 'RollbackFailed', reason);
  else if (refresh.preferences.rollsBack) turnRound(engine, group, refresh, reason);
  else end(engine, group, refresh, 'Failed', reason);
  return true;
}

function turnRound(engine: Engine, group: Group, refresh: Refresh, reason: string): void {
  try {
    startRollback(engine, group, refresh, reason);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    end(engine, group, refresh, 'RollbackFailed', error.message);
  }
}

function failureOf(engine: Engine, refresh: Refresh): string | undefined {
  const isRollback = refresh.rollback !== undefined;
  const alarm = refresh.preferences.alarms.find((name) => engine.on.alarms.state(name) === 'ALARM');
  if (alarm !== undefined && !isRollback) return `The CloudWatch alarm ${alarm} went into the ALARM state.`;
  if (refresh.failures >= MOST_FAILURES)
    return `${refresh.failures} replacement instances failed to launch or to become healthy.`;
  const standsStill = engine.kernel.clock.now() - refresh.progressedAt > LONGEST_STANDSTILL;
  if (!standsStill) return undefined;
  return `No instance could be replaced for ${LONGEST_STANDSTILL / 3600 / SECOND} hour. ${refresh.statusReason ?? ''}`.trim();
}

function replaceNext(engine: Engine, group: Group, refresh: Refresh): void {
  forgetGone(group, refresh);
  const ready = readyInstances(engine, group, refresh);
  measureProgress(engine, group, refresh, ready);
  if (isPaused(engine, refresh)) return;
  if (hasReached(group, refresh, ready)) {
    passCheckpoint(engine, group, refresh);
    return;
  }
  const allowed = allowedNow(refresh);
  const { above, below } = leewayOf(group.desired, refresh.preferences);
  const victims = replaceable(group, refresh).slice(0, allowed);
  group.refreshSurge = Math.min(above, capacityOf(victims));
  terminateOld(engine, group, refresh, victims, capacityOf(ready) - (group.desired - below));
  refresh.statusReason = waitingFor(group, refresh, ready);
  // Those that were terminated just now need no instance beyond the desired capacity any more.
  group.refreshSurge = Math.min(above, capacityOf(replaceable(group, refresh).slice(0, allowedNow(refresh))));
}

function forgetGone(group: Group, refresh: Refresh): void {
  for (const id of refresh.toReplace) {
    const instance = group.instances.get(id);
    if (instance === undefined || isTerminating(instance)) refresh.toReplace.delete(id);
  }
}

/** In service and healthy; replacements warmed up as well, and passing their health checks without grace. */
function readyInstances(engine: Engine, group: Group, refresh: Refresh): GroupInstance[] {
  return countedInstances(group).filter((instance) => {
    if (!isInService(instance) || instance.health !== 'Healthy') return false;
    return instance.launchedAt < refresh.startedAt || isProven(engine, group, refresh, instance);
  });
}

function isProven(
  engine: Engine,
  group: Group,
  { preferences }: Refresh,
  replacement: GroupInstance,
): boolean {
  const now = engine.kernel.clock.now();
  if (isWarming(replacement, preferences.warmupSeconds, now)) return false;
  return failedCheck(engine, group, replacement) === undefined;
}

/** In a rollback, the percentage falls again. */
function measureProgress(
  engine: Engine,
  group: Group,
  refresh: Refresh,
  ready: readonly GroupInstance[],
): void {
  const unready = countedInstances(group).length - ready.length;
  // With weights, instances that are missing are as many as their capacity is at the least.
  const open = Math.min(refresh.total, refresh.toReplace.size + unready + missingInstances(group));
  const done = refresh.total === 0 ? 100 : Math.floor((100 * (refresh.total - open)) / refresh.total);
  const percent = refresh.rollback === undefined ? done : Math.min(refresh.percent, 100 - done);
  if (percent === refresh.percent) return;
  const isProgress = (refresh.rollback === undefined) === percent > refresh.percent;
  if (isProgress) {
    refresh.failures = 0;
    refresh.progressedAt = engine.kernel.clock.now();
  }
  refresh.percent = percent;
  journalRefresh(engine, group, refresh);
}

/** At least as many instances as the group's capacity lacks of what is desired. */
function missingInstances(group: Group): number {
  const missing = Math.max(0, group.desired - countedCapacity(group));
  const heaviest = Math.max(1, ...countedInstances(group).map(({ weight }) => weight ?? 1));
  return Math.ceil(missing / heaviest);
}

function isPaused(engine: Engine, refresh: Refresh): boolean {
  return engine.kernel.clock.now() < (refresh.pausedUntil ?? 0);
}

/** Instances that may still be replaced before the next checkpoint. */
function allowedNow(refresh: Refresh): number {
  if (refresh.rollback !== undefined) return refresh.toReplace.size;
  const next = refresh.preferences.checkpoints[refresh.checkpointsPassed] ?? 100;
  const replaced = refresh.total - refresh.toReplace.size;
  return Math.max(0, replacedBy(next, refresh.total) - replaced);
}

/** Nothing is left to replace before the checkpoint, and all replacements are ready. */
function hasReached(group: Group, refresh: Refresh, ready: readonly GroupInstance[]): boolean {
  const counted = countedInstances(group);
  return allowedNow(refresh) === 0 && isFull(group) && ready.length === counted.length;
}

function passCheckpoint(engine: Engine, group: Group, refresh: Refresh): void {
  const { checkpoints, checkpointDelaySeconds, bakeSeconds } = refresh.preferences;
  const isLast = refresh.rollback !== undefined || refresh.checkpointsPassed >= checkpoints.length - 1;
  if (isLast && !refreshPool(engine, group, refresh)) {
    refresh.statusReason = 'Waiting for the instances of the warm pool to be replaced.';
  } else if (refresh.rollback !== undefined) {
    refresh.percent = 0;
    end(engine, group, refresh, 'RollbackSuccessful', refresh.rollback.reason);
  } else if (refresh.checkpointsPassed < checkpoints.length - 1) {
    tellCheckpoint(engine, group, refresh, checkpoints[refresh.checkpointsPassed] ?? 100);
    refresh.checkpointsPassed++;
    pause(engine, group, refresh, checkpointDelaySeconds);
  } else if (refresh.status === 'InProgress' && bakeSeconds > 0) {
    setStatus(engine, group, refresh, 'Baking');
    pause(engine, group, refresh, bakeSeconds);
  } else {
    succeed(engine, group, refresh);
  }
}

function pause(engine: Engine, group: Group, refresh: Refresh, seconds: number): void {
  const until = engine.kernel.clock.now() + seconds * SECOND;
  refresh.pausedUntil = until;
  refresh.progressedAt = until;
  engine.wake(group, until);
}

/** Only now does the group itself take on the desired configuration. */
function succeed(engine: Engine, group: Group, refresh: Refresh): void {
  const { desired } = refresh;
  if (desired !== undefined) {
    const { LaunchTemplate, MixedInstancesPolicy } = desired;
    group.settings = { ...group.settings, LaunchTemplate, MixedInstancesPolicy };
  }
  refresh.percent = 100;
  end(engine, group, refresh, 'Successful');
}

/** Oldest first; those that must be waited for stay. */
function replaceable(group: Group, refresh: Refresh): GroupInstance[] {
  const { protectedInstances, standbyInstances } = refresh.preferences;
  return [...refresh.toReplace]
    .flatMap((id) => group.instances.get(id) ?? [])
    .filter((instance) => !(instance.isProtected && protectedInstances === 'Wait'))
    .filter((instance) => !(isStandby(instance) && standbyInstances === 'Wait'))
    .toSorted((a, b) => a.launchedAt - b.launchedAt || (a.id < b.id ? -1 : 1));
}

/**
 * Terminates as many old instances as the group can spare, the last of them even if its weight is more than that;
 * one that serves nobody costs nothing.
 *
 * @param spare  ready capacity beyond the least that must stay
 */
function terminateOld(
  engine: Engine,
  group: Group,
  refresh: Refresh,
  victims: readonly GroupInstance[],
  spare: number,
): void {
  if (!runs(group, 'Terminate')) return;
  const cause = takenOutOfService(engine.kernel.clock.now(), 'an instance refresh');
  let left = spare;
  for (const victim of victims) {
    const serves = isCounted(victim) && isInService(victim) && victim.health === 'Healthy';
    if (serves && left <= 0) continue;
    if (serves) left -= victim.weight ?? 1;
    refresh.toReplace.delete(victim.id);
    terminateInstance(engine, group, victim, cause);
  }
}

/** What the refresh waits for, as its StatusReason says. */
function waitingFor(group: Group, refresh: Refresh, ready: readonly GroupInstance[]): string | undefined {
  const unready = countedInstances(group).find((instance) => !ready.includes(instance));
  if (unready !== undefined) {
    return `Waiting for instances to be in service and warmed up before continuing. For example: ${unready.id}`;
  }
  const [blocked] = refresh.toReplace;
  if (blocked === undefined || replaceable(group, refresh).length > 0) return undefined;
  return `Waiting for instances that are protected from scale in or in standby. For example: ${blocked}`;
}
