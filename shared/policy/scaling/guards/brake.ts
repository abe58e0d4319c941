import { MINUTE, unitsOf } from '../../../domain/index.ts';
import type { Brake, Group, Signal } from '../../../domain/index.ts';
import { isMeasure } from '../demand.ts';
import type { Rule } from '../plan.ts';
import { aimAt, reason } from '../plan.ts';
import type { View } from '../world.ts';

/** Under which name the brake's metric is among the samples: no signal can be called so. */
export const BRAKE = '#brake';

/** CloudWatch gets a database's connections each minute, some minutes late. */
const FRESH = 10 * MINUTE;

/** The brake's metric as something to be read beside the signals; `instance` leaves its values as they are. */
export function brakeSignal({ metric, connections, atMost }: Brake): Signal {
  return {
    name: BRAKE,
    metric: { kind: 'cloudwatch', of: 'instance', ...metric },
    target: connections * atMost,
  };
}

/**
 * Capacity rises only by as many instances as the database behind it still has connections for. Instances on their way
 * will open theirs. While nothing is known of the database, all instances together must fit in.
 */
export const downstreamBrake: Rule = (plan, view) => {
  const { brake } = view.fleet.scaling;
  if (brake === undefined) return plan;
  const most = Math.max(plan.from, mostUnits(brake, plan.from, view));
  if (plan.to <= most) return plan;
  const { connections, atMost, perInstance } = brake;
  const inUse = connectionsOf(view);
  const facts = {
    wanted: plan.to,
    connections,
    atMost,
    perInstance,
    ...(inUse === undefined ? {} : { inUse }),
  };
  return aimAt(plan, most, reason('DOWNSTREAM_BRAKE', facts));
};

/** In units of capacity: a weighted instance opens no more connections than another. */
function mostUnits({ connections, atMost, perInstance }: Brake, from: number, view: View): number {
  const limit = connections * atMost;
  const perUnit = perInstance / meanWeight(view.world.group);
  const inUse = connectionsOf(view);
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
