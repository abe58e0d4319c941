import { isServing, MINUTE, unitsOf } from '../../../domain/index.ts';
import type { Brake, Group, Signal } from '../../../domain/index.ts';
import { isMeasure } from '../demand.ts';
import type { Rule } from '../plan.ts';
import { aimAt, reason } from '../plan.ts';
import type { View } from '../world.ts';
import { usualConnections } from './usual-connections.ts';

/** Under which name the brake's metric is among the samples: no signal can be called so. */
export const BRAKE = '#brake';

/** CloudWatch gets a database's connections each minute, some minutes late. */
const FRESH = 10 * MINUTE;

/** The brake's metric as something to be read beside the signals; `instance` leaves its values as they are. */
export function brakeSignal({ metric, connections = 1, atMost }: Brake): Signal {
  return {
    name: BRAKE,
    metric: { kind: 'cloudwatch', of: 'instance', ...metric },
    target: connections * atMost,
  };
}

/**
 * Capacity rises only by as many instances as the database behind it still has connections for. Instances on their way
 * will open theirs. While nothing is known of the connections in use, all instances together must fit in; of a database
 * of which nothing is known at all, that is said, and nothing held back.
 */
export const downstreamBrake: Rule = (plan, view) => {
  const { brake } = view.fleet.scaling;
  if (brake === undefined) return plan;
  const inUse = connectionsOf(view);
  const connections = brake.connections ?? usualOf(view);
  const perInstance = brake.perInstance ?? openedByEach(inUse, view);
  if (connections === undefined || perInstance === undefined) {
    // Where it has not been asked yet, whoever finds a change to make looks closer.
    const isAsked = brake.connections !== undefined || view.world.databases !== undefined;
    return isAsked ? aimAt(plan, plan.to, reason('DATABASE_UNKNOWN', { wanted: plan.to })) : plan;
  }
  const { atMost } = brake;
  const most = Math.max(
    plan.from,
    mostUnits({ limit: connections * atMost, perInstance, inUse }, plan.from, view),
  );
  if (plan.to <= most) return plan;
  const known = inUse === undefined ? {} : { inUse };
  return aimAt(
    plan,
    most,
    reason('DOWNSTREAM_BRAKE', { wanted: plan.to, connections, atMost, perInstance, ...known }),
  );
};

/** What the databases take as they come, all together; undefined where that is not known of any of them. */
function usualOf({ world: { databases } }: View): number | undefined {
  if (databases === undefined || databases === 'unknown' || databases.length === 0) return undefined;
  const each = databases.map(usualConnections);
  return each.every((usual) => usual !== undefined) ? each.reduce((sum, usual) => sum + usual, 0) : undefined;
}

/** Whoever has joined since the connections were counted has opened none of them. */
function openedByEach(inUse: number | undefined, { world, capacity }: View): number | undefined {
  const countedAt = world.samples.get(BRAKE)?.findLast(({ value }) => isMeasure(value))?.at ?? 0;
  const late = capacity.joined.filter((at) => at > countedAt).length;
  const connected = world.group.instances.filter(isServing).length - late;
  return inUse === undefined || inUse === 0 || connected <= 0 ? undefined : inUse / connected;
}

interface Room {
  /** Connections that may be in use. */
  readonly limit: number;
  readonly perInstance: number;
  readonly inUse: number | undefined;
}

/** In units of capacity: a weighted instance opens no more connections than another. */
function mostUnits({ limit, perInstance, inUse }: Room, from: number, view: View): number {
  const perUnit = perInstance / meanWeight(view.world.group);
  if (inUse === undefined) return Math.floor(limit / perUnit + 1e-9);
  const { serving } = view.capacity;
  const notYetConnected = Math.max(0, from - serving);
  return from - notYetConnected + Math.floor((limit - inUse) / perUnit + 1e-9);
}

function meanWeight({ instances }: Group): number {
  return instances.length === 0 ? 1 : unitsOf(instances) / instances.length;
}

function connectionsOf({ world, now }: View): number | undefined {
  const newest = world.samples.get(BRAKE)?.findLast(({ value }) => isMeasure(value));
  if (newest === undefined || now - newest.at > FRESH) return undefined;
  return newest.value;
}
