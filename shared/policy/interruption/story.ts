import type { EventOf, FleetName, Instant, ReplacementReason, Severity, Story } from '../../domain/index.ts';
import { isoTime } from '../../domain/index.ts';
import type { LaunchFailureCause } from './launch-failure.ts';

const TAKER = {
  'spot-interruption': 'EC2 Spot',
  'reservation-interruption': 'the owner of its capacity reservation',
} as const;

/**
 * What is done about a warning: `replaced` now; `leaving` or `coming` already; `kept` where it must not be touched;
 * `watched` where nothing of the fleet may be.
 */
export type WarningAnswer = 'replaced' | 'leaving' | 'coming' | 'kept' | 'watched';

const OFF = 'It was taken out of its target groups at once, so that running requests can end';

const ANSWERED: Readonly<Record<WarningAnswer, string>> = {
  replaced: `${OFF}, and its group launches a replacement now.`,
  leaving: `It was leaving already. ${OFF}; it drains for as long as it has.`,
  coming: 'It was not in service yet, and is not let in any more: its group launches another.',
  kept: `${OFF}. It is protected, marked, in standby, or of a group that is paused: no replacement is launched before it is gone.`,
  watched: 'Its fleet is only watched: nothing was done about it.',
};

/** Two minutes are left. */
export function warningStory(
  fleet: FleetName,
  group: string,
  event: EventOf<'spot-interruption' | 'reservation-interruption'>,
  answer: WarningAnswer,
  now: Instant,
): Story {
  return {
    id: `${event.kind}#${event.instance}`,
    at: now,
    severity: 'warning',
    fleet,
    title: `${event.instance} of ${fleet} is being taken back by ${TAKER[event.kind]}`,
    text: `EC2 will ${event.action} the instance within two minutes. ${ANSWERED[answer]}`,
    facts: [
      { name: 'Group', value: group },
      { name: 'Instance', value: event.instance },
    ],
  };
}

export function rebalanceStory(fleet: FleetName, group: string, instance: string, now: Instant): Story {
  return {
    id: `rebalance#${instance}`,
    at: now,
    severity: 'info',
    fleet,
    title: `${instance} of ${fleet} is at a higher risk of a Spot interruption`,
    text:
      'EC2 recommends to replace the instance early. In an active fleet another is launched first; the instance ' +
      'drains once that serves.',
    facts: [
      { name: 'Group', value: group },
      { name: 'Instance', value: instance },
    ],
  };
}

/** A date that AWS has set for stopping, rebooting or retiring instances. */
export function scheduledChangeStory(
  fleet: FleetName,
  event: EventOf<'health-scheduled-change'>,
  instances: readonly string[],
  now: Instant,
): Story {
  const when =
    event.startsAt === undefined ? 'at a time not yet known' : `from ${isoTime(event.startsAt)} on`;
  return {
    id: `health#${event.eventArn}#${event.communicationId}#${fleet}`,
    at: now,
    severity: 'warning',
    fleet,
    title: `AWS plans maintenance on ${instances.length === 1 ? 'an instance' : `${instances.length} instances`} of ${fleet}`,
    text: `AWS Health announces ${event.eventTypeCode} ${when}. In an active fleet they are replaced before, within the fleet’s disruption budget and its hours.`,
    facts: [
      { name: 'Instances', value: instances.join(', ') },
      { name: 'Event', value: event.eventArn },
    ],
  };
}

export function lossStory(
  fleet: FleetName,
  group: string,
  event: EventOf<'instance-state-changed'>,
  now: Instant,
): Story {
  return {
    id: `loss#${event.instance}`,
    at: now,
    severity: 'warning',
    fleet,
    title: `${event.instance} of ${fleet} was lost: ${event.state}`,
    text:
      'The instance left the running state without a decision of its group or of Evenkeel: it failed, or somebody ' +
      'stopped it. It was not drained. Auto Scaling replaces it once it finds it unhealthy.',
    facts: [
      { name: 'Group', value: group },
      { name: 'Instance', value: event.instance },
    ],
  };
}

const ADVICE: Readonly<Record<LaunchFailureCause, string>> = {
  capacity:
    'EC2 has no such instances left there. More instance types or zones in the group make it less likely.',
  quota:
    'The account reached a quota. Ask for a higher one in Service Quotas, or lower the maximum of the group.',
  addresses: 'A subnet of the group has no free addresses. Add a subnet, or free some.',
  image:
    'The image of the launch template cannot be launched. No instance of this fleet can start until it can.',
  throttled: 'EC2 throttles the calls of this account. Auto Scaling tries again by itself.',
  admission: 'A launch hook gave the instance back before its application was ready.',
  other: 'Auto Scaling tries again by itself, at growing intervals.',
};

const LAUNCH_SEVERITY: Readonly<Record<LaunchFailureCause, Severity>> = {
  capacity: 'error',
  quota: 'error',
  addresses: 'error',
  image: 'error',
  throttled: 'warning',
  admission: 'warning',
  other: 'error',
};

/** Told once a cause in an hour: whoever tells it holds the claim. */
export function launchFailureStory(
  fleet: FleetName,
  event: EventOf<'launch-unsuccessful'>,
  cause: LaunchFailureCause,
  now: Instant,
): Story {
  return {
    id: `launch-failure#${event.group}#${cause}#${event.id}`,
    at: now,
    severity: LAUNCH_SEVERITY[cause],
    fleet,
    title: `${fleet} cannot launch instances: ${cause}`,
    text: `${ADVICE[cause]} For an hour no more is told of the same cause.`,
    facts: [
      { name: 'Group', value: event.group },
      { name: 'Auto Scaling says', value: event.statusMessage },
    ],
  };
}

export function terminateFailureStory(
  fleet: FleetName,
  event: EventOf<'terminate-unsuccessful'>,
  now: Instant,
): Story {
  return {
    id: `terminate-failure#${event.group}#${event.id}`,
    at: now,
    severity: 'warning',
    fleet,
    title: `${fleet} could not terminate ${event.instance ?? 'an instance'}`,
    text: 'Auto Scaling tries again by itself. For an hour no more is told of it.',
    facts: [
      { name: 'Group', value: event.group },
      { name: 'Auto Scaling says', value: event.statusMessage },
    ],
  };
}

const ANNOUNCED: Readonly<Record<ReplacementReason, string>> = {
  rebalance: 'EC2 had announced a higher risk of a Spot interruption.',
  health: 'AWS Health had announced maintenance on it.',
};

const REPLACED = {
  serves: 'Another was launched first; now it finishes its work and leaves.',
  taken:
    'AWS takes it before the other, which was launched first, serves: it finishes what it can of its work and leaves.',
  kept: 'Its owner has marked it meanwhile as not to be touched, so it goes on serving.',
  late: 'No other came into service within 20 minutes, so it goes on serving for as long as it can.',
} as const;

/** @param how another serves in its place, or is on its way when AWS takes it, or never came */
export function replacementStory(
  fleet: FleetName,
  group: string,
  { instance, reason }: EventOf<'replace-due'>,
  how: keyof typeof REPLACED,
  now: Instant,
): Story {
  const isReplaced = how !== 'late' && how !== 'kept';
  return {
    id: `replaced#${instance}`,
    at: now,
    severity: isReplaced ? 'info' : 'warning',
    fleet,
    title: isReplaced
      ? `${instance} of ${fleet} is replaced before AWS takes it`
      : `${instance} of ${fleet} could not be replaced in advance`,
    text: `${ANNOUNCED[reason]} ${REPLACED[how]}`,
    facts: [
      { name: 'Group', value: group },
      { name: 'Instance', value: instance },
    ],
  };
}
