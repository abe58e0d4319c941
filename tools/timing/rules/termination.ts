/** How an instance leaves: deregistration first, then the hook. The two add up, and Spot waits for neither. */
import type { Finding } from '../finding.ts';
import { finding, spoken } from '../finding.ts';
import type { Figure, FleetClocks, GroupClocks, TargetGroupClocks, TimingModel } from '../model.ts';

/** Between a Spot interruption's warning and its end, in seconds. */
const SPOT_WARNING = 120;

export function termination({ fleets, groups }: TimingModel): readonly Finding[] {
  return [
    ...groups.flatMap((group) =>
      group.targetGroups.flatMap((targets) => [
        ...spotDeregistration(group, targets),
        ...cutRequests(targets),
      ]),
    ),
    ...fleets.flatMap(spotDrain),
  ];
}

/** The longest deregistration delay of a group's target groups; the group waits for all of them. */
export function deregistrationOf(group: Pick<GroupClocks, 'targetGroups'>): Figure {
  const delays = group.targetGroups.map(({ deregistrationDelay }) => deregistrationDelay);
  return delays.includes(undefined)
    ? undefined
    : Math.max(0, ...delays.filter((delay) => delay !== undefined));
}

function spotDeregistration(
  { id: group, hasSpot }: GroupClocks,
  { id, deregistrationDelay: delay }: TargetGroupClocks,
): Finding[] {
  if (hasSpot !== true || delay === undefined || delay <= SPOT_WARNING) return [];
  return [
    finding(
      'SPOT_DEREGISTRATION',
      id,
      `deregistration takes ${spoken(delay)}; a Spot instance of ${group} is gone ${SPOT_WARNING} s after its warning`,
      `set deregistration_delay.timeout_seconds to ${SPOT_WARNING} or less, better 90`,
      { deregistrationDelay: delay, spotWarning: SPOT_WARNING },
    ),
  ];
}

function spotDrain({ fleet, group }: FleetClocks): Finding[] {
  const delay = group === undefined ? undefined : deregistrationOf(group);
  const { within, command, idle } = fleet.drain;
  const drains = command !== undefined || idle.length > 0;
  if (group?.hasSpot !== true || delay === undefined || delay > SPOT_WARNING || !drains) return [];
  if (delay + within <= SPOT_WARNING) return [];
  return [
    finding(
      'SPOT_DRAIN',
      `fleets.${fleet.name}.drain.within`,
      `deregistration (${spoken(delay)}) and drain (up to ${spoken(within)}) take ${spoken(delay + within)}; ` +
        `a Spot instance is gone ${SPOT_WARNING} s after its warning`,
      'keep work that takes longer on on-demand instances, or make it end by itself in time',
      { deregistrationDelay: delay, within, spotWarning: SPOT_WARNING },
    ),
  ];
}

/** A request without a byte for so long is ended by the load balancer itself: none lasts longer. */
function cutRequests({ id, deregistrationDelay: delay, idleTimeout }: TargetGroupClocks): Finding[] {
  if (delay === undefined || idleTimeout === undefined || delay >= idleTimeout) return [];
  return [
    finding(
      'DEREGISTRATION_CUTS_REQUESTS',
      id,
      `targets leave after ${spoken(delay)}, while the load balancer lets a request wait ${spoken(idleTimeout)}`,
      `set deregistration_delay.timeout_seconds to ${idleTimeout} or more, or idle_timeout.timeout_seconds to ${delay}`,
      { deregistrationDelay: delay, idleTimeout },
    ),
  ];
}
