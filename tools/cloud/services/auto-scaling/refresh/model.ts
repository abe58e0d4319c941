import type {
  DesiredConfiguration,
  InstanceRefreshStatus,
  RefreshPreferences,
} from '@aws-sdk/client-auto-scaling';
import type { Instant } from '../../../kernel/index.ts';
import type { Group } from '../model.ts';

/** What a refresh launches from, and gives the group when it succeeds. */
export type Configuration = Pick<DesiredConfiguration, 'LaunchTemplate' | 'MixedInstancesPolicy'>;

/** An instance refresh's preferences with AWS's defaults filled in; percentages of the desired capacity. */
export interface Preferences {
  readonly minHealthy: number;
  /** Absent where neither the caller nor the group's maintenance policy names one: then nothing is launched first. */
  readonly maxHealthy: number | undefined;
  readonly warmupSeconds: number;
  readonly skipsMatching: boolean;
  /** Ascending; the refresh ends with the last one. */
  readonly checkpoints: readonly number[];
  readonly checkpointDelaySeconds: number;
  readonly bakeSeconds: number;
  readonly rollsBack: boolean;
  readonly alarms: readonly string[];
  readonly protectedInstances: 'Refresh' | 'Ignore' | 'Wait';
  readonly standbyInstances: 'Terminate' | 'Ignore' | 'Wait';
}

export interface Refresh {
  readonly id: string;
  /** As the caller gave them, for describing. */
  readonly requested: RefreshPreferences;
  readonly preferences: Preferences;
  readonly desired: DesiredConfiguration | undefined;
  /** The group's own configuration when it began: what a rollback goes back to. */
  readonly before: Configuration;
  readonly startedAt: Instant;
  endedAt: Instant | undefined;
  status: InstanceRefreshStatus;
  statusReason: string | undefined;
  /** Instances still to be replaced. */
  toReplace: Set<string>;
  /** How many were to be replaced at its start: 100 percent. */
  total: number;
  percent: number;
  /** Replacements that failed since the last one that succeeded. */
  failures: number;
  /** When it last got on: it fails after an hour of standing still. */
  progressedAt: Instant;
  /** Checkpoints that were waited for already. */
  checkpointsPassed: number;
  pausedUntil: Instant | undefined;
  rollback: RollbackRecord | undefined;
  /** Instances of the warm pool, which are replaced last: how many there were to replace, and are. */
  pool: { readonly total: number; readonly left: number };
}

export interface RollbackRecord {
  readonly reason: string;
  readonly startedAt: Instant;
  readonly percent: number;
  readonly instancesToUpdate: number;
}

const ACTIVE: readonly InstanceRefreshStatus[] = [
  'Pending',
  'InProgress',
  'Cancelling',
  'RollbackInProgress',
  'Baking',
];

/** At most one refresh of a group is active. */
export function activeRefresh(group: Group): Refresh | undefined {
  const newest = group.refreshes[0];
  return newest !== undefined && ACTIVE.includes(newest.status) ? newest : undefined;
}

/** What a running refresh has new instances start from, where that is not the group's own configuration. */
export function refreshTarget(group: Group): Configuration | undefined {
  const refresh = activeRefresh(group);
  if (refresh === undefined || refresh.status === 'Cancelling') return undefined;
  return refresh.rollback === undefined ? refresh.desired : refresh.before;
}
