import type { Fleet, Instant, LifecycleAction, Story } from '../../domain/index.ts';
import { SECOND } from '../../domain/index.ts';
import type { Drain, DrainEnd } from './progress.ts';

const TITLE: Readonly<Record<DrainEnd, string>> = {
  idle: 'finished its work and was let go',
  deadline: 'was let go before its work was finished',
  over: 'was released by Auto Scaling while it drained',
  vanished: 'disappeared while it drained',
};

const TEXT: Readonly<Record<DrainEnd, string>> = {
  idle: 'Nothing was left to do on the instance, so its termination goes on.',
  deadline: "The fleet's time limit for draining was reached, so requests or jobs may have been cut off.",
  over: 'The lifecycle action had ended before the drain did: it expired, or somebody completed it.',
  vanished: 'The group no longer knows the instance: it was reclaimed or terminated from outside.',
};

function titleOf({ commandNote }: Drain, end: DrainEnd): string {
  // Idle as far as its targets show: whether the command would have agreed is not known.
  return end === 'idle' && commandNote !== undefined
    ? 'was let go although its drain command failed'
    : TITLE[end];
}

/** Tells once how a drain ended. */
export function drainStory(
  fleet: Fleet,
  action: LifecycleAction,
  drain: Drain,
  end: DrainEnd,
  now: Instant,
): Story {
  const seconds = Math.round((now - drain.startedAt) / SECOND);
  return {
    id: `drain#${action.instance}#${drain.startedAt}`,
    at: now,
    severity: end === 'deadline' || drain.commandNote !== undefined ? 'warning' : 'info',
    fleet: fleet.name,
    title: `${action.instance} of ${fleet.name} ${titleOf(drain, end)}`,
    text: drain.commandNote === undefined ? TEXT[end] : `${TEXT[end]} ${drain.commandNote}`,
    facts: [
      { name: 'Group', value: action.group },
      { name: 'Instance', value: action.instance },
      { name: 'Drained for', value: `${seconds} s` },
    ],
  };
}
