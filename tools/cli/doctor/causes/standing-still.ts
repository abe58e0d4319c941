import type { Cause } from '../finding.ts';
import { count } from './targets.ts';

const FIVE_MINUTES = 5 * 60_000;

/** The processes without which a group does not scale, or does not say what it has to health checks. */
const NEEDED = [
  'Launch',
  'Terminate',
  'AddToLoadBalancer',
  'HealthCheck',
  'ReplaceUnhealthy',
  'AlarmNotification',
];

export const processesSuspended: Cause = ({ groups }) =>
  groups.flatMap(({ name, suspended }) => {
    const missing = suspended.filter((process) => NEEDED.includes(process));
    if (missing.length === 0) return [];
    return [
      {
        code: 'PROCESSES_SUSPENDED' as const,
        subject: `group ${name}`,
        verdict: `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} suspended.`,
        evidence: [`suspended: ${suspended.join(', ')}`],
        mend: [
          `aws autoscaling resume-processes --auto-scaling-group-name ${name} --scaling-processes ${missing.join(' ')}`,
        ],
      },
    ];
  });

/** More is asked for than the group may have. */
export const atMaximum: Cause = ({ groups }) =>
  groups.flatMap(({ name, desired, max, alarms }) => {
    const high = alarms.filter((alarm) => alarm.state === 'ALARM' && alarm.name.endsWith('-high'));
    if (desired < max || high.length === 0) return [];
    return [
      {
        code: 'AT_MAXIMUM' as const,
        subject: `group ${name}`,
        verdict: `The group has the ${count(max, 'instance')} that it may have at most, and an alarm asks for more.`,
        evidence: high.map(
          (alarm) => `${alarm.name} is in ALARM since ${new Date(alarm.since).toISOString()}`,
        ),
        mend: [
          `aws autoscaling update-auto-scaling-group --auto-scaling-group-name ${name} --max-size ${max * 2}`,
        ],
      },
    ];
  });

/** Evenkeel touches no group without its tag. */
export const noConsent: Cause = ({ groups, about }) =>
  groups
    .filter(({ fleet, mode }) => about === 'groups' && fleet === undefined && mode === undefined)
    .map(({ name }) => ({
      code: 'NO_CONSENT',
      subject: `group ${name}`,
      verdict: 'The group has no tag evenkeel:fleet, so Evenkeel leaves it alone.',
      evidence: [],
      mend: [
        `aws autoscaling create-or-update-tags --tags ResourceId=${name},ResourceType=auto-scaling-group,Key=evenkeel:fleet,Value=…,PropagateAtLaunch=true`,
      ],
    }));

const MODES = {
  shadow: 'it decides and does nothing',
  'forecast-only': 'it forecasts and does nothing',
  paused: 'it decides nothing',
} as const;

export const fleetNotActive: Cause = ({ groups }) =>
  groups.flatMap(({ name, fleet, mode }) =>
    mode === undefined || mode === 'active'
      ? []
      : [
          {
            code: 'FLEET_NOT_ACTIVE' as const,
            subject: `group ${name}`,
            verdict: `The fleet is in mode ${mode}: ${MODES[mode]}.`,
            evidence: [`fleets.yml: fleets.${fleet ?? '…'}.mode is ${mode}`],
            mend: [`In fleets.yml: mode: active, then npx sls deploy`],
          },
        ],
  );

/**
 * An alarm that has no data says nothing, and nothing is done about it. One on requests has none while there are none:
 * load balancers do not report zeros.
 */
export const alarmWithoutData: Cause = ({ groups, balancers, now }) =>
  groups.flatMap(({ name, alarms }) => {
    const blind = alarms.filter(
      ({ state, since, namespace }) =>
        state === 'INSUFFICIENT_DATA' &&
        now - since >= FIVE_MINUTES &&
        !(namespace === 'AWS/ApplicationELB' && balancers.every(({ answers }) => answers.requests === 0)),
    );
    if (blind.length === 0) return [];
    return [
      {
        code: 'ALARM_WITHOUT_DATA' as const,
        subject: `group ${name}`,
        verdict: `${count(blind.length, 'alarm')} without data: nothing is scaled by ${blind.length === 1 ? 'it' : 'them'}.`,
        evidence: blind.map(
          (alarm) => `${alarm.name} is INSUFFICIENT_DATA since ${new Date(alarm.since).toISOString()}`,
        ),
        mend: [
          `aws cloudwatch describe-alarms --alarm-names ${blind.map((alarm) => alarm.name).join(' ')}: its dimensions have to name this group, load balancer or target group; without traffic there are no request metrics.`,
        ],
      },
    ];
  });

export const noAlarms: Cause = ({ groups }) =>
  groups
    .filter(({ fleet, alarms, mode }) => fleet !== undefined && mode !== 'paused' && alarms.length === 0)
    .map(({ name, fleet }) => ({
      code: 'NO_ALARMS',
      subject: `group ${name}`,
      verdict: 'No alarm watches the fleet, so nothing asks for more or fewer instances.',
      evidence: [`no alarm is named evenkeel/<stage>/${fleet ?? ''}/<signal>-high or -low`],
      mend: [
        'Declare AWS::CloudWatch::Alarm by that name for each signal of fleets.yml (docs/architecture.md).',
      ],
    }));
