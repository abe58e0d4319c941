import type { Picture } from './picture.ts';

/** Something that is wrong, and what it was seen by. */
export interface Finding {
  /** Stable: scripts may match it. */
  readonly code: Code;
  /** What it is wrong with: `target group web`. */
  readonly subject: string;
  /** What is wrong, in one sentence. */
  readonly verdict: string;
  readonly evidence: readonly string[];
  /** How to mend it: commands and template changes, the first one first. */
  readonly mend: readonly string[];
}

/** One thing that can be wrong. Pure: what it needs is in the picture. */
export type Cause = (picture: Picture) => readonly Finding[];

export type Code =
  | 'NO_TARGETS'
  | 'TARGET_SECURITY_GROUP'
  | 'NO_WAY_OUT'
  | 'CONNECTION_REFUSED'
  | 'HEALTH_PATH'
  | 'NO_ANSWER_IN_TIME'
  | 'ZONE_NOT_SERVED'
  | 'FIRST_CHECKS'
  | 'ONLY_DRAINING'
  | 'SLOWER_THAN_IDLE_TIMEOUT'
  | 'BALANCER_CLOSED'
  | 'LAUNCHES_FAIL'
  | 'NOT_IN_SERVICE'
  | 'PROCESSES_SUSPENDED'
  | 'AT_MAXIMUM'
  | 'NO_CONSENT'
  | 'FLEET_NOT_ACTIVE'
  | 'ALARM_WITHOUT_DATA'
  | 'NO_ALARMS'
  | 'CONTROL_PLANE_FAILS'
  | 'DEAD_LETTERS';
