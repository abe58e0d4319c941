import type { AlarmSide, AlarmState, FleetName, Group, Instant } from '../../domain/index.ts';
import { MINUTE, parseAlarmName } from '../../domain/index.ts';

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
 * Fleets to evaluate now. An alarm's event comes on its change alone, so a fleet whose alarm stands is evaluated each
 * minute until it stands no more. One that has changed within the minute is left to its event.
 *
 * @param groups the fleets' groups by fleet name
 */
export function fleetsToScale(
  alarms: readonly Alarm[],
  groups: ReadonlyMap<FleetName, Pick<Group, 'desired' | 'min' | 'max'>>,
  now: Instant,
): readonly FleetName[] {
  const fleets = alarms.flatMap(({ name, state, changedAt }) => {
    const stands = state === 'ALARM' && now - changedAt >= MINUTE;
    const parsed = stands ? parseAlarmName(name) : undefined;
    const group = parsed && groups.get(parsed.fleet);
    return parsed && group && canFollow(parsed.side, group) ? [parsed.fleet] : [];
  });
  return [...new Set(fleets)];
}
