import type { EventOf, FleetName, Instant, Severity, Story } from '../../domain/index.ts';
import { lookAt } from '../messages/look.ts';
import type { LaunchFailureCause } from './launch-failure.ts';

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
