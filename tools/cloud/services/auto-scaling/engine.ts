import type { Kernel } from '../../kernel/index.ts';
import type { Activities } from './activities.ts';
import type { Groups } from './groups.ts';
import type { LifecycleActions } from './lifecycle-actions.ts';
import type { Group } from './model.ts';
import type { AutoScalingPorts } from './ports.ts';

/** What every part of Auto Scaling works with. */
export interface Engine {
  readonly kernel: Kernel;
  readonly on: AutoScalingPorts;
  readonly groups: Groups;
  readonly activities: Activities;
  readonly lifecycleActions: LifecycleActions;
  /**
   * Has the group compared with what it should be, soon. Several wishes at once make one comparison.
   *
   * @param at  not before this instant; without it, after the moment that Auto Scaling takes to notice
   */
  wake(group: Group, at?: number): void;
}

/** Whether a scaling process of the group may run. */
export function runs(group: Group, process: ScalingProcess): boolean {
  return !group.suspended.has(process);
}

export const scalingProcesses = [
  'Launch',
  'Terminate',
  'AddToLoadBalancer',
  'AlarmNotification',
  'AZRebalance',
  'HealthCheck',
  'InstanceRefresh',
  'ReplaceUnhealthy',
  'ScheduledActions',
] as const;

export type ScalingProcess = (typeof scalingProcesses)[number];
