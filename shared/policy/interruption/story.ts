import type {
  EventOf,
  FleetName,
  Instant,
  ReplacementReason,
  Seconds,
  Severity,
  Story,
} from '../../domain/index.ts';
import { isoTime } from '../../domain/index.ts';
import { lookAt } from '../messages/look.ts';
import type { LaunchFailureCause } from './launch-failure.ts';

const TAKER = {
  'spot-interruption': 'EC2 Spot',
  'reservation-interruption': "the reservation's owner",
} as const;

/**
 * What is done about a warning: `replaced` now; `leaving` or `coming` already; `kept` where it must not be touched;
 * `watched` where nothing of the fleet may be.
 */
export type WarningAnswer = 'replaced' | 'leaving' | 'coming' | 'kept' | 'watched';

const OFF = 'It was taken out of its target groups at once, so that running requests can end';

const ANSWERED: Readonly<Record<WarningAnswer, { readonly text: string; readonly toDo: string }>> = {
  replaced: {
    text: `${OFF}, and its group launches a replacement now.`,
    toDo: 'Nothing. If no replacement can be launched, you are told.',
  },
  leaving: {
    text: `It was leaving already. ${OFF}; it drains for as long as it has.`,
    toDo: 'Nothing.',
  },
  coming: {
    text: 'It was not in service yet, and is not let in any more: its group launches another.',
    toDo: 'Nothing.',
  },
  kept: {
    text: `${OFF}. It is protected, marked, in standby, or of a group that is paused: no replacement is launched before it is gone.`,
    toDo: 'Nothing, if the others can do without it until then. If not, launch another by hand.',
  },
  watched: {
    text: 'Its fleet is only watched: nothing was done about it.',
    toDo: 'Take it out of its target groups yourself, if nothing else does.',
  },
};

/** EC2 takes an instance back in two minutes. */
export function warningStory(
  fleet: FleetName,
  group: string,
  event: EventOf<'spot-interruption' | 'reservation-interruption'>,
  answer: WarningAnswer,
  now: Instant,
): Story {
  const { text, toDo } = ANSWERED[answer];
  return {
    id: `${event.kind}#${event.instance}`,
    at: now,
    severity: 'warning',
    fleet,
    title: `${event.instance} of ${fleet} is being taken back by ${TAKER[event.kind]}`,
    text: `EC2 will ${event.action} the instance within two minutes. ${text}`,
    toDo,
    look: lookAt.drains(fleet),
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
    toDo: 'Nothing.',
    look: lookAt.decisions(fleet),
    facts: [
      { name: 'Group', value: group },
      { name: 'Instance', value: instance },
    ],
  };
}

/** One for what is said of a change to a fleet, page by page: said twice it is the same. */
function changeId(what: string, event: EventOf<'health-scheduled-change'>, fleet: FleetName): string {
  const { eventArn, communicationId, page } = event;
  return [what, eventArn, communicationId, ...(page === undefined ? [] : [page]), fleet].join('#');
}

const counted = (instances: readonly string[]) =>
  instances.length === 1 ? 'an instance' : `${instances.length} instances`;

function changeFacts({ eventArn }: EventOf<'health-scheduled-change'>, instances: readonly string[]) {
  return [
    { name: 'Instances', value: instances.join(', ') },
    { name: 'Event', value: eventArn },
  ];
}

/** A date that AWS has set for stopping, rebooting or retiring instances, or has moved it to. */
export function scheduledChangeStory(
  fleet: FleetName,
  event: EventOf<'health-scheduled-change'>,
  instances: readonly string[],
  now: Instant,
): Story {
  const when =
    event.startsAt === undefined ? 'at a time not yet known' : `from ${isoTime(event.startsAt)} on`;
  return {
    id: changeId('health', event, fleet),
    at: now,
    severity: 'warning',
    fleet,
    title: `AWS plans maintenance on ${counted(instances)} of ${fleet}`,
    text: `AWS Health announces ${event.eventTypeCode} ${when}. In an active fleet they are replaced before, within the fleet’s disruption budget and its hours.`,
    toDo:
      'Nothing for an active fleet. Instances that are protected, in standby or marked, and those of a fleet that is not ' +
      'active, are yours to replace before.',
    look: lookAt.fleet(fleet),
    facts: changeFacts(event, instances),
  };
}

/** Nothing is going to happen to instances of which a change was announced. */
export function calledOffStory(
  fleet: FleetName,
  event: EventOf<'health-scheduled-change'>,
  instances: readonly string[],
  now: Instant,
): Story {
  return {
    id: changeId('health-over', event, fleet),
    at: now,
    severity: 'info',
    fleet,
    title: `AWS plans no maintenance on ${counted(instances)} of ${fleet} any more`,
    text: `AWS Health has closed ${event.eventTypeCode} for them: it was called off, or is done. What waits to be replaced for it stays; what is being replaced already is.`,
    toDo: 'Nothing.',
    look: lookAt.fleet(fleet),
    facts: changeFacts(event, instances),
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
      'stopped it. It was not drained, so requests that it was answering have failed. Auto Scaling launches another.',
    toDo: "Nothing. If more are lost, see why EC2 says that they stopped (the instance's state reason).",
    look: lookAt.fleet(fleet),
    facts: [
      { name: 'Group', value: group },
      { name: 'Instance', value: event.instance },
    ],
  };
}

interface LaunchTrouble {
  readonly severity: Severity;
  /** After `cannot launch instances: `. */
  readonly title: string;
  readonly text: string;
  readonly toDo: string;
}

const LAUNCH_TROUBLE: Readonly<Record<LaunchFailureCause, LaunchTrouble>> = {
  capacity: {
    severity: 'error',
    title: 'EC2 has none left',
    text: 'EC2 has no such instances left in that zone. Auto Scaling tries again by itself, in other zones as well.',
    toDo: 'If it lasts, give the group more instance types or zones.',
  },
  quota: {
    severity: 'error',
    title: 'a quota is reached',
    text: 'The account has as many instances, or of their vCPUs, as its quota allows.',
    toDo: 'Ask for a higher quota in Service Quotas, or end other instances of the account.',
  },
  addresses: {
    severity: 'error',
    title: 'a subnet is full',
    text: 'A subnet of the group has no free addresses.',
    toDo: 'Give the group another subnet, or free addresses of this one.',
  },
  image: {
    severity: 'error',
    title: 'the image cannot be used',
    text: 'The image of the launch template cannot be launched. No instance of this fleet can start until it can.',
    toDo: 'Now: name an image in the launch template that exists and that the account may use.',
  },
  throttled: {
    severity: 'warning',
    title: 'EC2 throttles',
    text: 'EC2 throttles the calls of this account. Auto Scaling tries again by itself.',
    toDo: 'Nothing, unless it lasts: then find what calls EC2 so often.',
  },
  admission: {
    severity: 'warning',
    title: 'not ready in time',
    text: 'A launch hook gave the instance back before its application was ready.',
    toDo: 'Nothing for one instance. If others follow, see why they do not become ready.',
  },
  other: {
    severity: 'error',
    title: 'see what Auto Scaling says',
    text: 'Auto Scaling tries again by itself, at growing intervals.',
    toDo: 'Mend what Auto Scaling says below.',
  },
};

/** Told once a cause in an hour: whoever tells it holds the claim. */
export function launchFailureStory(
  fleet: FleetName,
  event: EventOf<'launch-unsuccessful'>,
  cause: LaunchFailureCause,
  now: Instant,
): Story {
  const { severity, title, text, toDo } = LAUNCH_TROUBLE[cause];
  return {
    id: `launch-failure#${event.group}#${cause}#${event.id}`,
    at: now,
    severity,
    fleet,
    title: `${fleet} cannot launch instances: ${title}`,
    text: `${text} You are told once an hour at most, for as long as it goes on.`,
    toDo,
    look: lookAt.causes(fleet),
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
    text: 'Auto Scaling tries again by itself. You are told once an hour at most, for as long as it goes on.',
    toDo: 'Nothing at once. If it goes on, mend what Auto Scaling says below.',
    look: lookAt.activities(event.group),
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

/** How a replacement ended: `crowded` where its group was at its maximum, and lacked instances. */
type ReplacementEnd = 'serves' | 'taken' | 'kept' | 'late' | 'crowded';

const REPLACED: Readonly<Record<ReplacementEnd, (minutes: number) => string>> = {
  serves: () => 'Another was launched first; now it finishes its work and leaves.',
  taken: () =>
    'AWS takes it before the other, which was launched first, serves: it finishes what it can of its work and leaves.',
  kept: () => 'Its owner has marked it meanwhile as not to be touched, so it goes on serving.',
  late: (minutes) =>
    `No other came into service within ${minutes} minutes, so it goes on serving for as long as it can.`,
  crowded: (minutes) =>
    `Its group is at its maximum, and has lacked instances for ${minutes} minutes, so it goes on serving for as long as it can.`,
};

const TO_DO: Readonly<Record<ReplacementEnd, string>> = {
  serves: 'Nothing.',
  taken: 'Nothing.',
  kept: 'Replace it yourself before AWS takes it, or take the mark off.',
  late: 'See why its group launches none: when AWS takes this one, capacity is short.',
  crowded:
    'Raise its maximum, or see why it lacks instances: when AWS takes this one, capacity is shorter still.',
};

/** How a replacement ended, and how long was waited for another. */
interface Replacing {
  readonly how: ReplacementEnd;
  readonly patience: Seconds;
  readonly isTriedAgain: boolean;
}

export function replacementStory(
  fleet: FleetName,
  group: string,
  { instance, reason }: EventOf<'replace-due'>,
  { how, patience, isTriedAgain }: Replacing,
  now: Instant,
): Story {
  const isReplaced = how === 'serves' || how === 'taken';
  const again = isTriedAgain ? ' It is tried again each hour, which is told once it succeeds.' : '';
  return {
    id: `${isReplaced ? 'replaced' : 'not-replaced'}#${instance}`,
    at: now,
    severity: isReplaced ? 'info' : 'warning',
    fleet,
    title: isReplaced
      ? `${instance} of ${fleet} is replaced before AWS takes it`
      : `${instance} of ${fleet} could not be replaced in advance`,
    text: `${ANNOUNCED[reason]} ${REPLACED[how](Math.round(patience / 60))}${again}`,
    toDo: TO_DO[how],
    look: isReplaced ? lookAt.drains(fleet) : lookAt.causes(fleet),
    facts: [
      { name: 'Group', value: group },
      { name: 'Instance', value: instance },
    ],
  };
}
