import type { EventOf, FleetName, Instant, Story } from '../../domain/index.ts';
import { lookAt } from '../messages/look.ts';

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
