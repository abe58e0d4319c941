import type { Activity, Fleet, Group, Instant, LifecycleAction } from '../domain/index.ts';

/** Instance refresh as Auto Scaling reports it; `status` is one of its own words (`InProgress`, `Baking` …). */
export interface RefreshStatus {
  readonly id: string;
  readonly status: string;
  readonly percentComplete: number;
  readonly reason?: string;
  readonly startedAt?: Instant;
  readonly endedAt?: Instant;
  /** Version of the launch template it brings. */
  readonly templateVersion?: string;
}

/** Auto Scaling groups. */
export interface Groups {
  /** The group of a fleet, or undefined while there is none. More than one is an error that names them. */
  ofFleet(fleet: Fleet): Promise<Group | undefined>;
  /** The groups of several fleets by one listing; fleets without a group are absent. */
  ofFleets(fleets: readonly Fleet[]): Promise<ReadonlyMap<string, Group>>;
  named(name: string): Promise<Group | undefined>;
  /**
   * The group an instance belongs to, and the instance as the group sees it.
   *
   * @param group where it is known to be: then the look may be shared with others at the same group, and be seconds old
   */
  ofInstance(
    instance: string,
    group?: string,
  ): Promise<{ group: string; lifecycle: string; isHealthy?: boolean } | undefined>;

  setDesired(group: string, desired: number): Promise<'done' | 'busy'>;
  /** Terminates one instance and lowers desired capacity by one. */
  terminateAndDecrement(instance: string): Promise<'done' | 'gone' | 'refused' | 'busy'>;
  /** Terminates one instance, which its group replaces: desired capacity stays. */
  terminateAndReplace(instance: string): Promise<'done' | 'gone' | 'busy'>;
  /** Protects instances from scale-in, and from refreshes, or no longer. Those that are gone, or leave, are left out. */
  protect(group: string, instances: readonly string[], isProtected: boolean): Promise<void>;
  /** The newest activities first. */
  activities(group: string, limit: number): Promise<readonly Activity[]>;

  /** Stops a group from launching instances, or lets it again. */
  suspendLaunch(group: string): Promise<void>;
  resumeLaunch(group: string): Promise<void>;

  complete(action: LifecycleAction, result: 'CONTINUE' | 'ABANDON'): Promise<'done' | 'gone'>;
  heartbeat(action: LifecycleAction): Promise<'done' | 'gone'>;

  startRefresh(request: {
    readonly group: string;
    readonly template: { readonly id: string; readonly version: string };
    readonly minHealthyPercentage: number;
    readonly maxHealthyPercentage: number;
    readonly bakeSeconds: number;
    readonly checkpoints?: { readonly percentages: readonly number[]; readonly delay: number };
  }): Promise<{ started: string } | 'busy'>;
  /** Newest first. */
  refreshes(group: string, limit: number): Promise<readonly RefreshStatus[]>;
}
