import type { Fleet, Instant, LifecycleAction, Story } from '../../domain/index.ts';
import { SECOND } from '../../domain/index.ts';
import { lookAt } from '../messages/look.ts';
import type { Drain, DrainEnd } from './progress.ts';
import { isFinished, waitsFor } from './progress.ts';

const TITLE: Readonly<Record<DrainEnd, string>> = {
  idle: 'finished its work and was let go',
  deadline: 'was let go before its work was finished',
  released: 'was let go by hand',
  over: 'was released by Auto Scaling while it drained',
  vanished: 'disappeared while it drained',
  lost: 'was lost before its work was finished',
};

const TEXT: Readonly<Record<DrainEnd, string>> = {
  idle: 'Nothing was left to do on the instance, so its termination goes on.',
  deadline: "The fleet's time limit for draining was reached, so requests or jobs may have been cut off.",
  released: 'Somebody ended the wait for its work.',
  over: 'The lifecycle action had ended before the drain did: it expired, or somebody completed it.',
  vanished: 'The group no longer knows the instance: it was reclaimed or terminated from outside.',
  lost: 'The instance stopped running without a decision of its group or of Evenkeel, so it could not be drained.',
};

/** Where AWS, and not the fleet, set the deadline. */
const TAKEN = {
  text: 'AWS takes the instance now, so requests or jobs may have been cut off.',
  toDo: 'Nothing for this instance. Work that takes longer than AWS gives, two minutes for Spot, should not run on such instances.',
} as const;

const TO_DO: Readonly<Record<DrainEnd, string>> = {
  idle: 'Nothing.',
  deadline:
    'Nothing at once. If it happens again, find what does not end on the instance, or give drains more time ' +
    "(drain.within, and the timeout of the group's terminate hook).",
  released: 'Nothing.',
  over: "Nothing at once. If it happens again, the hook's timeout is too short: `npx evenkeel validate` checks it.",
  vanished: 'Nothing: its group launches another where it needs one.',
  lost: "Nothing: its group launches another. If more are lost, see why EC2 says they stopped (the instance's state reason).",
};

const MEND_COMMAND =
  'In office hours: find why the drain command failed. It runs on every instance that is let go.';

/** What of a command's output stands in a story. */
const MOST_OUTPUT = 300;

function titleOf({ command }: Drain, end: DrainEnd): string {
  // Idle as far as its evidence shows: whether the command would have agreed is not known.
  return end === 'idle' && command.note !== undefined
    ? 'was let go although its drain command failed'
    : TITLE[end];
}

/** Work that may have been cut off, unless a person wanted that; and a command that did not do what it was for. */
function isWorthALook(drain: Drain, end: DrainEnd): boolean {
  if (!isFinished({ ...drain, end }) || drain.command.note !== undefined || end === 'lost') return true;
  return (end === 'over' || end === 'vanished') && waitsFor(drain).length > 0;
}

/**
 * Tells once how a drain ended. The end of an instance that was lost is the same story as its loss: whoever has been
 * told of the one is not told of the other.
 */
export function drainStory(
  fleet: Fleet,
  action: LifecycleAction,
  drain: Drain,
  end: DrainEnd,
  now: Instant,
): Story {
  const seconds = Math.round((now - drain.startedAt) / SECOND);
  const { exitCode, output = '', note } = drain.command;
  const cutOff = end === 'idle' ? [] : waitsFor(drain);
  const isTaken = end === 'deadline' && drain.isTaken === true;
  const text = isTaken ? TAKEN.text : TEXT[end];
  return {
    id: end === 'lost' ? `loss#${action.instance}` : `drain#${action.instance}#${drain.startedAt}`,
    at: now,
    severity: isWorthALook(drain, end) ? 'warning' : 'info',
    fleet: fleet.name,
    title: `${action.instance} of ${fleet.name} ${titleOf(drain, end)}`,
    text: note === undefined ? text : `${text} ${note}`,
    toDo: toDoAfter(end, isTaken, note !== undefined),
    look: lookAt.drains(fleet.name),
    facts: [
      { name: 'Group', value: action.group },
      { name: 'Instance', value: action.instance },
      { name: 'Drained for', value: `${seconds} s` },
      ...(cutOff.length === 0 ? [] : [{ name: 'Waited for', value: cutOff.join('; ') }]),
      ...(end === 'released' && drain.orderedBy !== undefined
        ? [{ name: 'Let go by', value: drain.orderedBy }]
        : []),
      ...(exitCode === undefined ? [] : [{ name: 'Command', value: `exited with ${exitCode}` }]),
      ...(output === '' ? [] : [{ name: 'Output', value: output.trim().slice(-MOST_OUTPUT) }]),
    ],
  };
}

function toDoAfter(end: DrainEnd, isTaken: boolean, hasFailed: boolean): string {
  if (hasFailed && (end === 'idle' || end === 'released')) return MEND_COMMAND;
  return isTaken ? TAKEN.toDo : TO_DO[end];
}
