import type { Instant } from '../domain/index.ts';

/** Instances as EC2 knows them. */
export interface Instances {
  /** Those of a group that have a tag, whatever its value but `false`. */
  tagged(group: string, tag: string): Promise<ReadonlySet<string>>;
  /** When those of a group were launched. */
  launchTimes(group: string): Promise<ReadonlyMap<string, Instant>>;
  /** EC2's `InstanceStateName`; undefined when EC2 does not know the instance, or not any more. */
  state(instance: string): Promise<string | undefined>;
  /** The end of what it wrote to its console; empty where there is nothing. */
  consoleTail(instance: string): Promise<string>;
}
