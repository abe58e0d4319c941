import type { EventOf, FleetName, Instant, Story } from '../../domain/index.ts';
import { isoTime } from '../../domain/index.ts';
import { lookAt } from '../messages/look.ts';

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
