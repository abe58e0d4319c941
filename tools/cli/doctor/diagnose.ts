import { balancerClosed } from './causes/balancer-closed.ts';
import { connectionRefused } from './causes/connection-refused.ts';
import { controlPlaneFails, deadLetters } from './causes/control-plane.ts';
import { firstChecks } from './causes/first-checks.ts';
import { healthPath } from './causes/health-path.ts';
import { idleTimeout } from './causes/idle-timeout.ts';
import { launchesFail, notInService } from './causes/launches.ts';
import { noAnswer } from './causes/no-answer.ts';
import { noTargets } from './causes/no-targets.ts';
import { onlyDraining } from './causes/only-draining.ts';
import { securityGroup } from './causes/security-group.ts';
import {
  alarmWithoutData,
  atMaximum,
  fleetNotActive,
  noAlarms,
  noConsent,
  processesSuspended,
} from './causes/standing-still.ts';
import { wayOut } from './causes/way-out.ts';
import { zoneNotServed } from './causes/zone-not-served.ts';
import type { Cause, Finding } from './finding.ts';
import type { Picture } from './picture.ts';

/**
 * The most probable first: what the network or the application's own answers prove, before what only follows from it;
 * what keeps visitors out, before what keeps a fleet from scaling.
 */
const CAUSES: readonly Cause[] = [
  balancerClosed,
  securityGroup,
  wayOut,
  connectionRefused,
  healthPath,
  zoneNotServed,
  noAnswer,
  idleTimeout,
  noTargets,
  onlyDraining,
  firstChecks,
  processesSuspended,
  launchesFail,
  notInService,
  atMaximum,
  fleetNotActive,
  noConsent,
  noAlarms,
  alarmWithoutData,
  controlPlaneFails,
  deadLetters,
];

/** All that is wrong, the most probable cause first. */
export function diagnose(picture: Picture): Finding[] {
  return CAUSES.flatMap((cause) => cause(picture));
}
