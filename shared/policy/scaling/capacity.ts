import type { Activity, GroupInstance, Instant, Seconds } from '../../domain/index.ts';
import { isComing, isServing, MINUTE, SECOND } from '../../domain/index.ts';
import type { Capacity, Situation } from './world.ts';

/** An instance that has been on its way for so long is stuck: it must not freeze the fleet. */
const STUCK = 30 * MINUTE;

const LAUNCH = /^Launching a new EC2 instance: (i-[0-9a-f]+)/;

/** Who serves, warms up and comes, by the group's instances and the activities that launched them. */
export function capacityOf({ world, fleet, now }: Situation): Capacity {
  const { instances, defaultWarmUp = 0 } = world.group;
  const warmUp = fleet.scaling.warmUp ?? defaultWarmUp;
  const launches = launchesByInstance(world.activities);
  const serving = instances.filter(isServing);
  const joined = serving.flatMap(({ id }) => joinedAt(launches.get(id), defaultWarmUp, now));
  return {
    joined,
    serving: serving.length,
    warming: joined.filter((at) => now - at < warmUp * SECOND).length,
    coming: instances.filter((instance) => isOnItsWay(instance, launches.get(instance.id), now)).length,
  };
}

/** The activity that launched each instance; the newest where there are several. */
function launchesByInstance(activities: readonly Activity[]): ReadonlyMap<string, Activity> {
  const launches = new Map<string, Activity>();
  for (const activity of activities) {
    const instance = LAUNCH.exec(activity.description)?.[1];
    if (instance !== undefined && !launches.has(instance)) launches.set(instance, activity);
  }
  return launches;
}

/**
 * When a serving instance came into service. Auto Scaling ends the launch after the group's own warm-up, until then
 * its status is `WaitingForInstanceWarmup`: such an instance counts as if it had joined just now.
 */
function joinedAt(launch: Activity | undefined, ownWarmUp: Seconds, now: Instant): Instant[] {
  if (launch === undefined) return [];
  if (launch.endedAt !== undefined) return [launch.endedAt - ownWarmUp * SECOND];
  return now - launch.startedAt < STUCK ? [now] : [];
}

function isOnItsWay(instance: GroupInstance, launch: Activity | undefined, now: Instant): boolean {
  return isComing(instance) && (launch === undefined || now - launch.startedAt < STUCK);
}

export function isLaunch(activity: Activity): boolean {
  return activity.description.startsWith('Launching');
}
