import type { FleetName } from './fleet.ts';

/** Which side of its signal's target an alarm watches. */
export type AlarmSide = 'high' | 'low';

/** What an alarm's name says: `evenkeel/<stage>/<fleet>/<signal>-<side>`. */
export interface AlarmName {
  readonly stage: string;
  readonly fleet: FleetName;
  readonly signal: string;
  readonly side: AlarmSide;
}

const NAME = /^evenkeel\/([^/]+)\/([^/]+)\/([^/]+)-(high|low)$/;

/** The alarm of one side of a fleet's signal: `evenkeel/prod/web/requests-high`. */
export function alarmName({ stage, fleet, signal, side }: AlarmName): string {
  return `${alarmPrefix(stage, fleet)}${signal}-${side}`;
}

/** What the names of all alarms begin with: of a stage, or of one fleet in it. */
export function alarmPrefix(stage: string, fleet?: FleetName): string {
  return fleet === undefined ? `evenkeel/${stage}/` : `evenkeel/${stage}/${fleet}/`;
}

/** @returns what an alarm's name says, or undefined when the alarm is none of Evenkeel's */
export function parseAlarmName(name: string): AlarmName | undefined {
  const [, stage, fleet, signal, side] = NAME.exec(name) ?? [];
  if (stage === undefined || fleet === undefined || signal === undefined) return undefined;
  return { stage, fleet, signal, side: side === 'high' ? 'high' : 'low' };
}
