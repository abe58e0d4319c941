import type { Activity, GroupInstance, Instant, Seconds } from '../../domain/index.ts';
import { isComing, isServing, MINUTE, SECOND, unitsOf, weightOf } from '../../domain/index.ts';
import type { Capacity, Move, Situation } from './world.ts';

/** An instance that has been on its way for so long is stuck: it must not freeze the fleet. */
const STUCK = 30 * MINUTE;

const LAUNCH = /^Launching a new EC2 instance: (i-[0-9a-f]+)/;
const TERMINATION = /^Terminating EC2 instance: (i-[0-9a-f]+)/;

/** Who serves, warms up and comes, by the group's instances and the activities that launched them. */
export function capacityOf({ world, fleet, now }: Situation): Capacity {
  const { instances, defaultWarmUp = 0 } = world.group;
  const warmUp = fleet.scaling.warmUp ?? defaultWarmUp;
  const launches = byInstance(world.activities, LAUNCH);
  const serving = instances.filter(isServing);
  const joins = serving.flatMap((instance) =>
    joinedAt(launches.get(instance.id), defaultWarmUp, now).map((at) => ({ at, units: weightOf(instance) })),
  );
  return {
    joined: joins.map(({ at }) => at),
    moves: [...joins, ...departures(world.activities, instances, launches)],
    serving: unitsOf(serving),
    warming: joins.reduce((sum, { at, units }) => (now - at < warmUp * SECOND ? sum + units : sum), 0),
    coming: unitsOf(instances.filter((instance) => isOnItsWay(instance, launches.get(instance.id), now))),
  };
}

/** The activity that launched, or terminated, each instance; the newest where there are several. */
function byInstance(activities: readonly Activity[], kind: RegExp): ReadonlyMap<string, Activity> {
  const found = new Map<string, Activity>();
  for (const activity of activities) {
    const instance = kind.exec(activity.description)?.[1];
    if (instance !== undefined && !found.has(instance)) found.set(instance, activity);
  }
  return found;
}

/**
 * Instances that left service. One whose launch never ended well had not been there; one of which nothing else is known
 * had, and counts as one unit.
 */
function departures(
  activities: readonly Activity[],
  instances: readonly GroupInstance[],
  launches: ReadonlyMap<string, Activity>,
): Move[] {
  const terminations = byInstance(activities, TERMINATION);
  if (terminations.size === 0) return [];
  const weights = new Map(instances.map((instance) => [instance.id, weightOf(instance)]));
  return [...terminations].flatMap(([id, { startedAt }]) =>
    (launches.get(id)?.status ?? 'Successful') === 'Successful'
      ? [{ at: startedAt, units: -(weights.get(id) ?? 1) }]
      : [],
  );
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

/** When instances were launched, as far as the activities say. */
export function launchTimes(activities: readonly Activity[]): ReadonlyMap<string, Instant> {
  return new Map([...byInstance(activities, LAUNCH)].map(([id, { startedAt }]) => [id, startedAt]));
}
