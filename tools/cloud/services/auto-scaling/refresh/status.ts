import type { InstanceRefreshStatus } from '@aws-sdk/client-auto-scaling';
import type { Engine } from '../engine.ts';
import type { Group } from '../model.ts';
import { emit } from '../notices.ts';
import type { Refresh } from './model.ts';

/** How each status is told on the event bus. */
const EVENTS: Partial<Record<InstanceRefreshStatus, string>> = {
  InProgress: 'Started',
  Baking: 'Started Baking',
  Successful: 'Succeeded',
  Failed: 'Failed',
  Cancelled: 'Cancelled',
  RollbackInProgress: 'Rollback Started',
  RollbackSuccessful: 'Rollback Succeeded',
  RollbackFailed: 'Rollback Failed',
};

/** Moves a refresh to a status, for everyone to see. */
export function setStatus(
  engine: Engine,
  group: Group,
  refresh: Refresh,
  status: InstanceRefreshStatus,
  reason?: string,
): void {
  refresh.status = status;
  refresh.statusReason = reason;
  journalRefresh(engine, group, refresh);
  const event = EVENTS[status];
  if (event !== undefined) tell(engine, group, refresh, event);
}

/** Ends a refresh: nothing is launched beyond the desired capacity any more. */
export function end(
  engine: Engine,
  group: Group,
  refresh: Refresh,
  status: 'Successful' | 'Failed' | 'Cancelled' | 'RollbackSuccessful' | 'RollbackFailed',
  reason?: string,
): void {
  group.refreshSurge = 0;
  refresh.endedAt = engine.kernel.clock.now();
  setStatus(engine, group, refresh, status, reason);
}

export function tellCheckpoint(engine: Engine, group: Group, refresh: Refresh, percentage: number): void {
  tell(engine, group, refresh, 'Checkpoint Reached', {
    // Strings, unlike everywhere else.
    CheckpointPercentage: String(percentage),
    CheckpointDelay: String(refresh.preferences.checkpointDelaySeconds),
  });
}

export function journalRefresh(engine: Engine, group: Group, refresh: Refresh): void {
  engine.kernel.journal.record({
    kind: 'instance-refresh',
    group: group.name,
    id: refresh.id,
    status: refresh.status,
    percent: refresh.percent,
    ...(refresh.statusReason === undefined ? {} : { reason: refresh.statusReason }),
  });
}

function tell(engine: Engine, group: Group, refresh: Refresh, event: string, more: object = {}): void {
  emit(engine, group, `EC2 Auto Scaling Instance Refresh ${event}`, {
    InstanceRefreshId: refresh.id,
    AutoScalingGroupName: group.name,
    ...more,
  });
}
