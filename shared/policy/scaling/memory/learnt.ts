import type { Decision, Fleet, Group, Measure, Story } from '../../../domain/index.ts';
import { isServing, levelOf, MINUTE } from '../../../domain/index.ts';
import { budgetStory } from '../../messages/budget.ts';
import { capacityOf } from '../capacity.ts';
import type { FleetMinute } from '../demand-of-fleet.ts';
import { measureTimings } from '../timings.ts';
import type { Situation } from '../world.ts';
import { errorsOf, issuedWith } from './accuracy.ts';
import type { Entered, JudgedMinute, Spent } from './budget.ts';
import { enter, isOverspent, spent } from './budget.ts';
import type { FleetMemory } from './fleet-memory.ts';
import { signalMemory } from './fleet-memory.ts';
import type { Reading } from './reading.ts';
import { newMinutes } from './reading.ts';

/** An evaluation that has come to its end. */
export interface Evaluation {
  readonly memory: FleetMemory;
  readonly readings: readonly Reading[];
  readonly situation: Situation;
  readonly decision: Decision;
}

/** What an evaluation leaves: to remember, to count, and to tell. */
export interface Learnt {
  readonly memory: FleetMemory;
  readonly measures: readonly Measure[];
  readonly story: Story | undefined;
}

const DAY = 24 * 60 * MINUTE;
const ROUNDING = 1 + 1e-9;

/** Works out what an evaluation has learnt. Counted and told only by whoever gets it remembered, it is so once. */
export function learntBy(evaluation: Evaluation): Learnt {
  const { situation, memory } = evaluation;
  const { fleet, now } = situation;
  const judged = judgements(evaluation);
  const entered = enter(
    memory.budget,
    judged.flatMap(({ violations }) => violations),
  );
  const standing = spent(entered.book, now);
  const day = Math.floor(now / DAY);
  const isNews = isOverspent(standing, fleet.scaling.violations) && memory.overspentOn !== day;
  return {
    memory: {
      ...memory,
      signals: Object.fromEntries(judged.map(({ key, kept }) => [key, kept])),
      timings: measureTimings(memory.timings, situation.world.group, situation.world.activities),
      serving: servingOf(evaluation),
      budget: entered.book,
      ...(isNews && { overspentOn: day }),
    },
    measures: [...violationMeasures(fleet, entered, standing), ...judged.flatMap(({ errors }) => errors)],
    story: isNews ? budgetStory(fleet, standing, now) : undefined,
  };
}

interface Judgement {
  readonly key: string;
  readonly kept: FleetMemory['signals'][string];
  /** Minutes that the policy that acts is answerable for. */
  readonly violations: readonly JudgedMinute[];
  readonly errors: readonly Measure[];
}

function judgements({ readings, situation, decision }: Evaluation): readonly Judgement[] {
  const { fleet, now } = situation;
  const capacity = capacityOf(situation);
  return readings.map((reading) => {
    const { key, signal, isShadow, issued } = reading.watch;
    const minutes = newMinutes(reading, capacity);
    const forecasts = isShadow ? decision.shadow?.forecasts : decision.forecasts;
    const kept = signalMemory(reading.watch, issuedWith(issued, forecasts?.[signal.name]), now);
    const errors = isShadow ? [] : errorsOf(issued, minutes);
    return {
      key,
      kept,
      violations: isShadow ? [] : violationsIn(minutes, levelIn(reading, situation)),
      errors: errors.map((error) => ({
        metric: 'ForecastError',
        value: percent(error),
        by: { fleet: fleet.name, signal: signal.name },
      })),
    };
  });
}

function levelIn({ watch: { signal, learner } }: Reading, { world, now }: Situation): number | undefined {
  return levelOf(signal) ?? learner?.useful(now).useful ?? world.useful?.get(signal.name);
}

function violationsIn(minutes: readonly FleetMinute[], useful: number | undefined): readonly JudgedMinute[] {
  return minutes.flatMap(({ at, demand, inService }) =>
    demand === undefined || useful === undefined
      ? []
      : [{ at, isViolation: demand > inService * useful * ROUNDING }],
  );
}

function violationMeasures(
  { name, scaling }: Fleet,
  { minutes, violations }: Entered,
  standing: Spent,
): Measure[] {
  if (minutes + violations === 0) return [];
  const by = { fleet: name };
  return [
    { metric: 'ViolationMinutes', value: violations, by },
    { metric: 'BudgetSpent', value: percent(standing.share / scaling.violations), by },
  ];
}

function servingOf({ memory, situation: { world, now } }: Evaluation): FleetMemory['serving'] {
  const ids = servingIds(world.group);
  const isSame = ids.join() === memory.serving.ids.join();
  return isSame ? memory.serving : { ids, since: now };
}

/** In service, by their ids. */
export function servingIds({ instances }: Pick<Group, 'instances'>): readonly string[] {
  return instances
    .filter(isServing)
    .map(({ id }) => id)
    .sort();
}

function percent(share: number): number {
  return Math.round(share * 1000) / 10;
}
