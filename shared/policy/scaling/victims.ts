import type { Group, GroupInstance, Instant } from '../../domain/index.ts';
import { isGoing, MINUTE, unitsOf, weightOf } from '../../domain/index.ts';
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
  /** How much of a zone's capacity may be taken. */
  readonly inZone?: (zone: string) => number;
}

/**
 * Which instances to take in, of so many units of capacity together at the most: as many as asked for, or as there are
 * to spare, where instances weigh one. The unhealthy go first, then those of the zone with the most capacity, there
 * those of the oldest template version, of these the emptiest, and of those as empty the one whose hour of running ends
 * the soonest: it may be billed by the hour. Zones come before versions, as in AWS's own default termination policy: a
 * group out of balance launches again what was just taken. Where Auto Scaling does not rebalance, they come last.
 *
 * Protected instances, and those not plainly in service (standby, detaching, held by a hook), are never taken.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html
 */
export function victimsOf(group: Group, units: number, known: Knowledge = {}): readonly string[] {
  const left = group.instances.filter((instance) => isSpare(instance, known));
  const crowds = capacityByZone(group);
  const taken = new Map<string, number>();
  const order = preference(known, {
    of: (zone) => crowds.get(zone) ?? 0,
    isKept: !group.suspendedProcesses.includes('AZRebalance'),
  });
  const victims: string[] = [];
  for (let wanted = units; wanted > 0;) {
    const mayGo = (instance: GroupInstance) =>
      weightOf(instance) <= Math.min(wanted, inZone(instance, known) - (taken.get(instance.zone) ?? 0));
    const [some, ...others] = left.filter(mayGo);
    if (some === undefined) break;
    const next = others.reduce((first, other) => (order(other, first) < 0 ? other : first), some);
    const { id, zone } = next;
    const weight = weightOf(next);
    left.splice(left.indexOf(next), 1);
    crowds.set(zone, (crowds.get(zone) ?? weight) - weight);
    taken.set(zone, (taken.get(zone) ?? 0) + weight);
    victims.push(id);
    wanted -= weight;
  }
  return victims;
}

function inZone({ zone }: GroupInstance, known: Knowledge): number {
  return known.inZone?.(zone) ?? Infinity;
}

/** What is on its way out has left the balance already. */
function capacityByZone({ instances }: Group): Map<string, number> {
  const zones = Map.groupBy(
    instances.filter((instance) => !isGoing(instance)),
    ({ zone }) => zone,
  );
  return new Map([...zones].map(([zone, members]) => [zone, unitsOf(members)]));
}

type Order = (one: GroupInstance, other: GroupInstance) => number;

interface Crowds {
  readonly of: (zone: string) => number;
  /** Auto Scaling itself keeps zones in balance. */
  readonly isKept: boolean;
}

function preference({ work, launchedAt, now = 0 }: Knowledge, crowds: Crowds): Order {
  const workOf = ({ id }: GroupInstance) => work?.get(id) ?? MUCH;
  const hourLeft = ({ id }: GroupInstance) => HOUR - ((now - (launchedAt?.get(id) ?? now)) % HOUR);
  const byZone: Order = (one, other) => crowds.of(other.zone) - crowds.of(one.zone);
  return (one, other) =>
    Number(one.isHealthy) - Number(other.isHealthy) ||
    (crowds.isKept ? byZone(one, other) : 0) ||
    versionOf(one) - versionOf(other) ||
    workOf(one) - workOf(other) ||
    hourLeft(one) - hourLeft(other) ||
    byZone(one, other) ||
    (one.id < other.id ? -1 : 1);
}

/** The victims of a fleet, in view of all that is known of it. */
export function victimsIn(view: View, units: number): readonly string[] {
  if (units <= 0) return [];
  const { world, now } = view;
  const allowance = scaleInAllowance(view);
  return victimsOf(world.group, units, {
    now,
    launchedAt: world.launchedAt ?? launchTimes(world.activities),
    ...(world.untouchable !== undefined && { untouchable: world.untouchable }),
    ...(world.work !== undefined && { work: world.work }),
    ...(allowance !== undefined && { inZone: allowance.inZone }),
  });
}

/** Units of capacity that go with a fleet's victims, `units` at the most. */
export function unitsOfVictims(view: View, units: number): number {
  const victims = new Set(victimsIn(view, units));
  return unitsOf(view.world.group.instances.filter(({ id }) => victims.has(id)));
}

/** No more is taken in than may be touched. */
export const spareInstances: Rule = (plan, { world }) => {
  if (world.untouchable === 'unknown') return hold(plan, reason('TAGS_UNKNOWN'));
  const spare = unitsOf(world.group.instances.filter((instance) => isSpare(instance, world)));
  const wanted = plan.from - plan.to;
  if (wanted <= spare) return plan;
  return aimAt(plan, plan.from - spare, reason('ALL_PROTECTED', { spare, wanted }));
};

/** An instance goes as a whole: what is left of a scale-in is less than the lightest that may go weighs. */
export const wholeInstances: Rule = (plan, view) => {
  const wanted = plan.from - plan.to;
  const fits = unitsOfVictims(view, wanted);
  return fits >= wanted ? plan : aimAt(plan, plan.from - fits, reason('INSTANCES_WEIGH', { wanted, fits }));
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
