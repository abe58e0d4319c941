import type { Group, GroupInstance, Instant } from '../../domain/index.ts';
import { MINUTE } from '../../domain/index.ts';
import { launchTimes } from './capacity.ts';
import { scaleInAllowance } from './guards/scale-in-allowance.ts';
import type { Rule } from './plan.ts';
import { aimAt, hold, reason } from './plan.ts';
import type { View } from './world.ts';

const HOUR = 60 * MINUTE;

/** The work of an instance of which nothing is known: it may have more than any other. */
const MUCH = Number.MAX_VALUE;

/** What else is known of instances than what their group says. */
export interface Knowledge {
  /** Never taken, because their owner has marked them. */
  readonly untouchable?: ReadonlySet<string> | 'unknown';
  /** How much work each has, where that is known. */
  readonly work?: ReadonlyMap<string, number>;
  readonly launchedAt?: ReadonlyMap<string, Instant>;
  readonly now?: Instant;
  /** How many of a zone's instances may be taken. */
  readonly inZone?: (zone: string) => number;
}

/**
 * Which instances to take in, as many as asked for or as there are to spare. The unhealthy go first, then those of the
 * zone with the most instances, there those of the oldest template version, of these the emptiest, and of those as
 * empty the one whose hour of running ends the soonest: it may be billed by the hour. Zones come before versions, as in
 * AWS's own default termination policy: a group out of balance launches again what was just taken.
 *
 * Protected instances, and those not plainly in service (standby, detaching, held by a hook), are never taken.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html
 */
export function victimsOf({ instances }: Group, count: number, known: Knowledge = {}): readonly string[] {
  const left = instances.filter((instance) => isSpare(instance, known));
  const zones = new Map(
    [...Map.groupBy(left, ({ zone }) => zone)].map(([zone, { length }]) => [zone, length]),
  );
  const taken = new Map<string, number>();
  const order = preference(known, (zone) => zones.get(zone) ?? 0);
  const mayGo = ({ zone }: GroupInstance) => (taken.get(zone) ?? 0) < (known.inZone?.(zone) ?? Infinity);
  const victims: string[] = [];
  while (victims.length < count) {
    const [some, ...others] = left.filter(mayGo);
    if (some === undefined) break;
    const next = others.reduce((first, other) => (order(other, first) < 0 ? other : first), some);
    left.splice(left.indexOf(next), 1);
    zones.set(next.zone, (zones.get(next.zone) ?? 1) - 1);
    taken.set(next.zone, (taken.get(next.zone) ?? 0) + 1);
    victims.push(next.id);
  }
  return victims;
}

type Order = (one: GroupInstance, other: GroupInstance) => number;

function preference({ work, launchedAt, now = 0 }: Knowledge, crowd: (zone: string) => number): Order {
  const workOf = ({ id }: GroupInstance) => work?.get(id) ?? MUCH;
  const hourLeft = ({ id }: GroupInstance) => HOUR - ((now - (launchedAt?.get(id) ?? now)) % HOUR);
  return (one, other) =>
    Number(one.isHealthy) - Number(other.isHealthy) ||
    crowd(other.zone) - crowd(one.zone) ||
    versionOf(one) - versionOf(other) ||
    workOf(one) - workOf(other) ||
    hourLeft(one) - hourLeft(other) ||
    (one.id < other.id ? -1 : 1);
}

/** The victims of a fleet, in view of all that is known of it. */
export function victimsIn(view: View, count: number): readonly string[] {
  if (count <= 0) return [];
  const { world, now } = view;
  const allowance = scaleInAllowance(view);
  return victimsOf(world.group, count, {
    now,
    launchedAt: launchTimes(world.activities),
    ...(world.untouchable !== undefined && { untouchable: world.untouchable }),
    ...(world.work !== undefined && { work: world.work }),
    ...(allowance !== undefined && { inZone: allowance.inZone }),
  });
}

/** No more is taken in than may be touched. */
export const spareInstances: Rule = (plan, { world }) => {
  if (world.untouchable === 'unknown') return hold(plan, reason('TAGS_UNKNOWN'));
  const spare = world.group.instances.filter((instance) => isSpare(instance, world)).length;
  const wanted = plan.from - plan.to;
  if (wanted <= spare) return plan;
  return aimAt(plan, plan.from - spare, reason('ALL_PROTECTED', { spare, wanted }));
};

function isSpare({ id, lifecycle, isProtected }: GroupInstance, { untouchable }: Knowledge): boolean {
  if (untouchable === 'unknown' || untouchable?.has(id) === true) return false;
  return lifecycle === 'InService' && !isProtected;
}

/** Instances of no template, or of one without a number, count as the oldest. */
function versionOf({ launchTemplateVersion }: GroupInstance): number {
  const version = Number(launchTemplateVersion ?? 0);
  return Number.isFinite(version) ? version : 0;
}
