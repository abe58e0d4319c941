import type { AlarmSide, AlarmState, FleetName, Group } from '../../domain/index.ts';
import { parseAlarmName } from '../../domain/index.ts';

interface Alarm {
  readonly name: string;
  readonly state: AlarmState;
}

/** A group at its bound cannot follow the alarm any further: the change of the alarm has said so already. */
function canFollow(side: AlarmSide, { desired, min, max }: Pick<Group, 'desired' | 'min' | 'max'>): boolean {
  return side === 'high' ? desired < max : desired > min;
}

/**
 * Fleets to evaluate now. An alarm's event comes on its change alone, so a fleet whose alarm stands is evaluated each
 * minute until it stands no more.
 *
 * @param groups the fleets' groups by fleet name
 */
export function fleetsToScale(
  alarms: readonly Alarm[],
  groups: ReadonlyMap<FleetName, Pick<Group, 'desired' | 'min' | 'max'>>,
): readonly FleetName[] {
  const fleets = alarms.flatMap(({ name, state }) => {
    const parsed = state === 'ALARM' ? parseAlarmName(name) : undefined;
    const group = parsed && groups.get(parsed.fleet);
    return parsed && group && canFollow(parsed.side, group) ? [parsed.fleet] : [];
  });
  return [...new Set(fleets)];
}
