import type { AlarmSide, AlarmState, Fleet, FleetName, Group, Instant } from '../../domain/index.ts';
import { isTimely, MINUTE, parseAlarmName } from '../../domain/index.ts';

interface Alarm {
  readonly name: string;
  readonly state: AlarmState;
  readonly changedAt: Instant;
}

/** A group at its bound cannot follow the alarm any further: the change of the alarm has said so already. */
function canFollow(side: AlarmSide, { desired, min, max }: Pick<Group, 'desired' | 'min' | 'max'>): boolean {
  return side === 'high' ? desired < max : desired > min;
}

/**
 * Fleets to evaluate now: each minute those that forecast or have floors, for what these ask for may change with the
 * clock alone; the others for as long as an alarm of theirs stands, since its event comes on its change alone. A fleet whose
 * alarm has changed within the minute is left to that event, unless it is one of those.
 *
 * @param fleets those that are managed
 * @param groups the fleets' groups by fleet name
 */
export function fleetsToScale(
  fleets: readonly Pick<Fleet, 'name' | 'scaling' | 'shadow'>[],
  alarms: readonly Alarm[],
  groups: ReadonlyMap<FleetName, Pick<Group, 'desired' | 'min' | 'max'>>,
  now: Instant,
): readonly FleetName[] {
  const alarmed = new Set(alarms.flatMap((alarm) => fleetOf(alarm, groups, now)));
  return fleets
    .filter((fleet) => alarmed.has(fleet.name) || (groups.has(fleet.name) && isTimely(fleet)))
    .map(({ name }) => name);
}

/** The fleet of an alarm that stands and can be followed. */
function fleetOf(
  { name, state, changedAt }: Alarm,
  groups: ReadonlyMap<FleetName, Pick<Group, 'desired' | 'min' | 'max'>>,
  now: Instant,
): FleetName[] {
  const stands = state === 'ALARM' && now - changedAt >= MINUTE;
  const parsed = stands ? parseAlarmName(name) : undefined;
  const group = parsed && groups.get(parsed.fleet);
  return parsed && group && canFollow(parsed.side, group) ? [parsed.fleet] : [];
}
