import { evenkeel } from './policies/evenkeel.ts';
import type { Policy } from './policy.ts';
import type { Setting } from './setting.ts';
import type { Run } from './simulate.ts';
import { simulate } from './simulate.ts';
import type { MinuteTrace } from './trace/minute-trace.ts';
import { isViolation } from './violations.ts';

/** Told before each trial, and after the last. */
export type Progress = (done: number, of: number, what: string) => void;

/** What an owner may turn in fleets.yml. */
export type Choice = Pick<Setting, 'budget' | 'headroomAtMost' | 'min'>;

export interface Recommendation extends Choice {
  /** What is to be expected of it: what it came to on the part of the load that it was not chosen on. */
  readonly expected: Expectation;
  /** Whether the violations stay within the budget that was asked for. */
  readonly isWithinBudget: boolean;
  /** Days of the load that the choice was made on, and that its figures were measured on after them. */
  readonly chosenOnDays: number;
  readonly measuredOnDays: number;
  /** Whether the load was too short to be divided: then the figures are of what the choice was made on. */
  readonly isInSample: boolean;
}

export interface Expectation {
  readonly violationShare: number;
  readonly instanceHoursPerDay: number;
  readonly costPerMonth: number;
}

const DAY = 1440;

/** Days in a month, as AWS's own calculator counts hours: 730. */
const MONTH = 730 / 24;

/** The choice is made on the first two thirds of a load. */
const CHOSEN_ON = 2 / 3;

/** Below this a part of a load says nothing about days to come. */
const LEAST = 3 * DAY;

/** Longer loads are tried on their end: what was long ago is not what comes. */
const MOST = 28 * DAY;

/** What is tried beside what was asked for: budgets as a share of it, never above it, and caps of head-room. */
const BUDGETS = [0.6, 0.3];
const CAPS = [0.1, 0.25, 0.5, 1, 2];

/** A violation more or less in a short part of a load is chance. */
const TOLERANCE = 1.1;

/**
 * What to write in fleets.yml for a load: the cheapest of a few budgets, caps of head-room and minimums with which
 * production's own policy kept the violations within the budget that was asked for; where none did, the one with the
 * fewest. It is chosen on the first two thirds of the load, and its figures are those of the last third.
 *
 * @param policy  production's own, where no test has another
 */
export function recommend(
  trace: MinuteTrace,
  setting: Setting,
  onProgress: Progress = () => undefined,
  policy: Policy = evenkeel.at(),
): Recommendation {
  const tail = endOf(trace);
  const { length } = tail.load;
  const isInSample = length < LEAST;
  const split = isInSample ? length : Math.floor(length * CHOSEN_ON);
  const chosen = choose({ trace: partOf(tail, 0, split), setting, policy }, onProgress);
  const run = simulate(tail, policy, { ...setting, ...chosen });
  const expected = expectationOf(run, isInSample ? 0 : split);
  return {
    ...chosen,
    expected,
    isWithinBudget: expected.violationShare <= setting.budget * TOLERANCE,
    chosenOnDays: split / DAY,
    measuredOnDays: (isInSample ? length : length - split) / DAY,
    isInSample,
  };
}

interface Subject {
  readonly trace: MinuteTrace;
  readonly setting: Setting;
  readonly policy: Policy;
}

function choose(subject: Subject, onProgress: Progress): Choice {
  const { setting } = subject;
  const { budget, headroomAtMost, min } = setting;
  let best = tryOut(subject, { budget, headroomAtMost, min });
  let done = 1;
  const rounds = [
    CAPS.filter((cap) => cap !== headroomAtMost).map((cap) => ({ headroomAtMost: cap })),
    BUDGETS.map((share) => ({ budget: budget * share })),
    minimums(best.run, setting).map((least) => ({ min: least })),
  ];
  const of = rounds.flat().length + 1;
  for (const round of rounds) {
    const { choice } = best;
    for (const change of round) {
      onProgress(done++, of, 'recommendation');
      const trial = tryOut(subject, { ...choice, ...change });
      if (isBetter(trial, best, budget)) best = trial;
    }
  }
  onProgress(of, of, '');
  return best.choice;
}

interface Trial {
  readonly choice: Choice;
  readonly run: Run;
  readonly violationShare: number;
  readonly instanceHours: number;
}

function tryOut({ trace, setting, policy }: Subject, choice: Choice): Trial {
  const run = simulate(trace, policy, { ...setting, ...choice });
  const { violationShare, instanceHoursPerDay } = expectationOf(run, 0);
  return { choice, run, violationShare, instanceHours: (instanceHoursPerDay * trace.load.length) / DAY };
}

/** Cheaper within the budget; beyond it, nearer to it. */
function isBetter(one: Trial, other: Trial, budget: number): boolean {
  const [isWithin, wasWithin] = [one, other].map(({ violationShare }) => violationShare <= budget);
  if (isWithin !== wasWithin) return isWithin === true;
  if (isWithin === true) return one.instanceHours < other.instanceHours;
  return one.violationShare < other.violationShare;
}

/** What the load needed in nine minutes of ten and in half of them, where that is more than the minimum. */
function minimums({ needed }: Run, { min, max }: Setting): number[] {
  const sorted = needed.toSorted();
  const levels = [0.1, 0.5].map((share) => sorted[Math.floor(share * (sorted.length - 1))] ?? min);
  return [...new Set(levels)].filter((level) => level > min && level <= max);
}

/** @param from  the first minute that counts */
function expectationOf(run: Run, from: number): Expectation {
  const minutes = run.needed.length - from;
  let [violations, hours] = [0, 0];
  for (let minute = from; minute < run.needed.length; minute++) {
    if (isViolation(run, minute)) violations++;
    hours += (run.running[minute] ?? 0) / 60;
  }
  const instanceHoursPerDay = minutes === 0 ? 0 : (hours * DAY) / minutes;
  return {
    violationShare: minutes === 0 ? 0 : violations / minutes,
    instanceHoursPerDay,
    costPerMonth: instanceHoursPerDay * MONTH * run.setting.price,
  };
}

function endOf(trace: MinuteTrace): MinuteTrace {
  const { length } = trace.load;
  return length <= MOST ? trace : partOf(trace, length - MOST, length);
}

function partOf(trace: MinuteTrace, from: number, to: number): MinuteTrace {
  return { ...trace, start: trace.start + from * 60_000, load: trace.load.subarray(from, to) };
}

/** What is to be expected of a recommendation, and from what that is known, for people. */
export function expectationText(choice: Recommendation): string {
  const { expected, isInSample, chosenOnDays, measuredOnDays, isWithinBudget } = choice;
  const share = `${(100 * expected.violationShare).toFixed(2)}%`;
  const from = isInSample
    ? `measured on the ${days(measuredOnDays)} it was chosen on, since so short a load cannot be divided`
    : `chosen on ${days(chosenOnDays)} of the load, measured on the ${days(measuredOnDays)} after them`;
  return (
    `expect ${share} of minutes in violation and $${expected.costPerMonth.toFixed(2)} a month ` +
    `(${expected.instanceHoursPerDay.toFixed(1)} instance-hours a day): ${from}` +
    (isWithinBudget ? '' : '; nothing that was tried stays within the budget')
  );
}

function days(count: number): string {
  const rounded = Number(count.toPrecision(2));
  return `${rounded} day${rounded === 1 ? '' : 's'}`;
}
