/** What the figures of all loads say together, in the order in which it is promised. */
import { BUDGETS, MAIN_RIVALS, OTHERS, RIVALS, USUAL } from './cases.ts';
import type { Worst } from './figures.ts';
import { atIndex, ownOf, rivalOf, worst } from './figures.ts';
import type { AtEqual, LoadFigures, Outcome } from './measure.ts';
import { geometricMean, mean, violationRatio } from './means.ts';
import type { OneKnobSummary } from './one-knob.ts';
import { oneKnob } from './one-knob.ts';

export interface Summary {
  readonly budgets: readonly BudgetSummary[];
  readonly atEqual: readonly RivalSummary[];
  readonly oneKnob: readonly OneKnobSummary[];
  readonly hindsight: readonly HindsightSummary[];
  readonly actions: readonly ActionSummary[];
  readonly cases: readonly CaseSummary[];
}

export interface BudgetSummary {
  readonly budget: number;
  /** Loads whose share of violations is at most 1.1 times the budget, of all. */
  readonly kept: number;
  readonly of: number;
  readonly meanShare: number;
  readonly worst: Worst;
  readonly hoursOverOracle: number;
}

/** A rival whose knob is turned for each load by itself, in hindsight. */
export interface RivalSummary {
  readonly policy: string;
  /** Share of the rival's violation minutes that Evenkeel spares when both cost the same; below 0 where it has more. */
  readonly fewerViolations: number;
  readonly worstViolations: Worst;
  /** Share of the rival's instance-hours that Evenkeel spares when both have as many violations. */
  readonly fewerHours: number;
  readonly worstHours: Worst;
  /** The same share for the boot-aware oracle, which knows the load ahead: nobody can spare more. */
  readonly oracleFewerHours: number;
  /** Loads on which the sweep did not reach what Evenkeel came to: its nearest end counts. */
  readonly beyondSweep: number;
}

/** A rival for whom, on each load, somebody who knew it chose the cheapest position that keeps the budget. */
export interface HindsightSummary {
  readonly policy: string;
  readonly cheaper: number;
  readonly worst: Worst;
  /** Loads on which no position of the knob keeps the budget: they are left out of the mean. */
  readonly neverKept: number;
}

export interface ActionSummary {
  readonly policy: string;
  /** Of all loads together. */
  readonly actionsPerDay: number;
  readonly reversalsPerDay: number;
}

export interface CaseSummary {
  readonly name: string;
  readonly share: number;
  readonly kept: number;
  readonly rivals: readonly RivalSummary[];
}

export function summaryOf(loads: readonly LoadFigures[]): Summary {
  return {
    budgets: BUDGETS.map((budget, index) => budgetSummary(budget, outcomes(loads, index))),
    atEqual: RIVALS.map(({ name }) =>
      rivalSummary(
        name,
        loads.map((load) => ({ load: load.load, own: ownOf(load), rival: rivalOf(load, name) })),
      ),
    ),
    oneKnob: RIVALS.map(({ name }) => oneKnob(name, loads)),
    hindsight: RIVALS.map(({ name }) => hindsight(name, loads)),
    actions: [
      actionSummary('evenkeel', loads, ownOf),
      ...RIVALS.map(({ name }) => actionSummary(name, loads, (load) => rivalOf(load, name).standard)),
    ],
    cases: [USUAL, ...OTHERS].map(({ name }) => caseSummary(name, loads)),
  };
}

interface Named<Of> {
  readonly load: string;
  readonly of: Of;
}

function outcomes(loads: readonly LoadFigures[], index: number): readonly Named<Outcome>[] {
  return loads.map(({ load, budgets }) => ({ load, of: atIndex(budgets, index) }));
}

function budgetSummary(budget: number, outcomes: readonly Named<Outcome>[]): BudgetSummary {
  const shares = outcomes.map(({ of }) => of.violationShare);
  return {
    budget,
    kept: shares.filter((share) => share <= 1.1 * budget).length,
    of: outcomes.length,
    meanShare: mean(shares),
    worst: worst(outcomes.map(({ load, of }) => ({ load, value: of.violationShare }))),
    hoursOverOracle: geometricMean(outcomes.map(({ of }) => of.instanceHours / of.oracleInstanceHours)),
  };
}

interface Pair {
  readonly load: string;
  readonly own: Outcome;
  readonly rival: AtEqual;
}

/** Hours of the oracle, over those that the rival takes for Evenkeel's violations. */
function oracleOverRival({ own, rival }: Pick<Pair, 'own' | 'rival'>): number {
  return own.oracleInstanceHours / rival.instanceHours;
}

function rivalSummary(policy: string, pairs: readonly Pair[]): RivalSummary {
  const violations = pairs.map(({ own, rival }) => [own.violationMinutes, rival.violationMinutes] as const);
  const hours = pairs.map(({ own, rival }) => own.instanceHours / rival.instanceHours);
  return {
    policy,
    fewerViolations: 1 - violationRatio(violations),
    worstViolations: worst(
      pairs.map(({ load }, at) => ({ load, value: violationRatio(violations.slice(at, at + 1)) - 1 })),
    ),
    fewerHours: 1 - geometricMean(hours),
    oracleFewerHours: 1 - geometricMean(pairs.map(oracleOverRival)),
    worstHours: worst(pairs.map(({ load }, at) => ({ load, value: atIndex(hours, at) - 1 }))),
    beyondSweep: pairs.filter(({ rival }) => !rival.isWithinSweep).length,
  };
}

function hindsight(policy: string, loads: readonly LoadFigures[]): HindsightSummary {
  const ratios = loads.flatMap((load) => {
    const { cheapestWithinBudget } = rivalOf(load, policy);
    if (cheapestWithinBudget === null) return [];
    return [{ load: load.load, value: ownOf(load).instanceHours / cheapestWithinBudget - 1 }];
  });
  return {
    policy,
    cheaper: 1 - geometricMean(ratios.map(({ value }) => value + 1)),
    worst: worst(ratios),
    neverKept: loads.length - ratios.length,
  };
}

function actionSummary(
  policy: string,
  loads: readonly LoadFigures[],
  outcomeOf: (load: LoadFigures) => Outcome,
): ActionSummary {
  const days = loads.reduce((sum, { minutes }) => sum + minutes, 0) / 1440;
  const perDay = (count: (outcome: Outcome) => number) =>
    loads.reduce((sum, load) => sum + count(outcomeOf(load)), 0) / days;
  return {
    policy,
    actionsPerDay: perDay(({ actions }) => actions),
    reversalsPerDay: perDay(({ reversals }) => reversals),
  };
}

function caseSummary(name: string, loads: readonly LoadFigures[]): CaseSummary {
  const measured = loads.map((load) => {
    if (name === USUAL.name) return { load: load.load, own: ownOf(load), rivals: load.rivals };
    const found = load.cases.find((one) => one.name === name);
    if (found === undefined) throw new Error(`${name} was not measured on ${load.load}`);
    return { load: load.load, own: found.own, rivals: found.rivals };
  });
  const shares = measured.map(({ own }) => own.violationShare);
  return {
    name,
    share: mean(shares),
    kept: shares.filter((share) => share <= 0.011).length,
    rivals: MAIN_RIVALS.map(({ name: policy }) =>
      rivalSummary(
        policy,
        measured.map(({ load, own, rivals }) => ({
          load,
          own,
          rival: rivals.find((one) => one.policy === policy) ?? atIndex(rivals, -1),
        })),
      ),
    ),
  };
}
