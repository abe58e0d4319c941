import type { SweepPoint } from '../../tools/backtest/frontier.ts';
import { frontierOf, hoursAtViolations, violationsAtHours } from '../../tools/backtest/frontier.ts';
import type { Judgement } from '../../tools/backtest/judge.ts';
import { judge } from '../../tools/backtest/judge.ts';
import { familyOf } from '../../tools/backtest/policies/index.ts';
import type { PolicyFamily } from '../../tools/backtest/policy.ts';
import type { Setting } from '../../tools/backtest/setting.ts';
import { simulate } from '../../tools/backtest/simulate.ts';
import { sweepAround } from '../../tools/backtest/sweep.ts';
import type { MinuteTrace } from '../../tools/backtest/trace/index.ts';
import type { Case } from './cases.ts';
import { BUDGETS, MAIN_RIVALS, OTHERS, RIVALS, settingOf, USUAL } from './cases.ts';
import type { LoadRef } from './loads.ts';
import { loadOf } from './loads.ts';

/** What was measured on one load. Plain JSON. */
export interface LoadFigures {
  readonly load: string;
  readonly isReal: boolean;
  readonly minutes: number;
  /** Evenkeel for each of the budgets, in the usual circumstances. */
  readonly budgets: readonly Outcome[];
  readonly rivals: readonly RivalFigures[];
  readonly cases: readonly CaseFigures[];
}

export type Outcome = Pick<
  Judgement,
  'violationMinutes' | 'violationShare' | 'instanceHours' | 'oracleInstanceHours' | 'actions' | 'reversals'
>;

/** What a rival comes to beside Evenkeel. */
export interface AtEqual {
  readonly policy: string;
  /** When it costs what Evenkeel costs; the nearest end of the sweep where that does not reach so far. */
  readonly violationMinutes: number;
  /** When it has as many violations as Evenkeel; the nearest end of the sweep where that does not reach so far. */
  readonly instanceHours: number;
  readonly isWithinSweep: boolean;
}

export interface RivalFigures extends AtEqual {
  /** With the knob where the rival's source has it. */
  readonly standard: Outcome;
  readonly sweep: readonly SweepPoint[];
  /** The least instance-hours of all positions tried that keep the budget; null where none does. */
  readonly cheapestWithinBudget: number | null;
}

export interface CaseFigures {
  readonly name: string;
  readonly own: Outcome;
  readonly rivals: readonly AtEqual[];
}

export async function measure(ref: LoadRef): Promise<LoadFigures> {
  const trace = await loadOf(ref);
  const evenkeel = familyOf('evenkeel');
  const budgets = BUDGETS.map((budget) => outcome(trace, evenkeel, settingOf(trace, USUAL, budget)));
  const setting = settingOf(trace, USUAL);
  const own = budgets[BUDGETS.indexOf(setting.budget as 0.01)] ?? outcome(trace, evenkeel, setting);
  return {
    load: trace.name.replace(/\.csv$/, ''),
    isReal: ref.kind === 'real',
    minutes: trace.load.length,
    budgets,
    rivals: RIVALS.map((family) => rival(family, own, trace, setting)),
    cases: OTHERS.map((one) => inCase(one, trace, evenkeel)),
  };
}

function outcome(trace: MinuteTrace, family: PolicyFamily, setting: Setting): Outcome {
  const { violationMinutes, violationShare, instanceHours, oracleInstanceHours, actions, reversals } = judge(
    simulate(trace, family.at(), setting),
  );
  return { violationMinutes, violationShare, instanceHours, oracleInstanceHours, actions, reversals };
}

function rival(family: PolicyFamily, own: Outcome, trace: MinuteTrace, setting: Setting): RivalFigures {
  const points = sweepAround(own, family, trace, setting);
  const positions = new Set(family.knob?.sweep);
  const allowed = setting.budget * trace.load.length;
  const keeping = points.filter(({ violationMinutes }) => violationMinutes <= allowed);
  return {
    ...atEqual(family, own, points),
    standard: outcome(trace, family, setting),
    sweep: points.filter(({ position }) => positions.has(position)),
    cheapestWithinBudget: hoursAtViolations(frontierOf(points), allowed) ?? cheapest(keeping),
  };
}

function cheapest(points: readonly SweepPoint[]): number | null {
  return points.length === 0 ? null : Math.min(...points.map(({ instanceHours }) => instanceHours));
}

function inCase(one: Case, trace: MinuteTrace, evenkeel: PolicyFamily): CaseFigures {
  const setting = settingOf(trace, one);
  const own = outcome(trace, evenkeel, setting);
  return {
    name: one.name,
    own,
    rivals: MAIN_RIVALS.map((family) =>
      atEqual(family, own, sweepAround(own, family, trace, setting, fewOf(family.knob?.sweep ?? []))),
    ),
  };
}

function atEqual(family: PolicyFamily, own: Outcome, points: readonly SweepPoint[]): AtEqual {
  const frontier = frontierOf(points);
  const violations = violationsAtHours(frontier, own.instanceHours);
  const hours = hoursAtViolations(frontier, own.violationMinutes);
  const [cheapestPoint, dearestPoint] = [frontier[0], frontier.at(-1)];
  if (cheapestPoint === undefined || dearestPoint === undefined)
    throw new Error(`${family.name} has no runs`);
  const isBelow = own.instanceHours < cheapestPoint.instanceHours;
  const isFewer = own.violationMinutes < dearestPoint.violationMinutes;
  return {
    policy: family.name,
    violationMinutes: violations ?? (isBelow ? cheapestPoint : dearestPoint).violationMinutes,
    instanceHours: hours ?? (isFewer ? dearestPoint : cheapestPoint).instanceHours,
    isWithinSweep: violations !== null && hours !== null,
  };
}

/** Every fourth position and the last: where the sweep is read it becomes finer anyway. */
function fewOf(positions: readonly number[]): readonly number[] {
  return positions.filter((_, index) => index % 4 === 0 || index === positions.length - 1);
}
