import type { Fleet } from '../domain/index.ts';
import { alarmPrefix } from '../domain/index.ts';
import type { Alarms } from '../ports/index.ts';

export interface AlarmPorts {
  readonly stage: string;
  readonly alarms: Alarms;
}

/** Names of the fleet's alarms that stand. */
export async function standingAlarms(
  { name }: Fleet,
  { stage, alarms }: AlarmPorts,
): Promise<readonly string[]> {
  const all = await alarms.withPrefix(alarmPrefix(stage, name));
  return all.filter(({ state }) => state === 'ALARM').map(({ name: alarm }) => alarm);
}
