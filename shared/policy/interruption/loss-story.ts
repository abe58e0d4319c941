import type { EventOf, FleetName, Instant, Story } from '../../domain/index.ts';
import { lookAt } from '../messages/look.ts';

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
