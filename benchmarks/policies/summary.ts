/** What the figures of all loads say together, in the order in which it is promised. */
import { BUDGETS, MAIN_RIVALS, OTHERS, RIVALS, USUAL } from './cases.ts';
import type { AtEqual, LoadFigures, Outcome, RivalFigures } from './measure.ts';
import { geometricMean, mean, violationRatio } from './means.ts';

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

export interface Worst {
  readonly load: string;
  readonly value: number;
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
  /** Loads on which the sweep did not reach what Evenkeel came to: its nearest end counts. */
  readonly beyondSweep: number;
}

/** A rival with one position of its knob for all loads, as whoever does not know what comes has to choose. */
export interface OneKnobSummary {
  readonly policy: string;
  /** The position at which it costs what Evenkeel costs, in the geometric mean over all loads. */
  readonly position: number;
  readonly fewerViolations: number;
  /** The mean of the shares of violation minutes there. */
  readonly meanShare: number;
  /** Instance-hours that Evenkeel spares when the rival's mean share of violations is Evenkeel's. */
  readonly fewerHours: number;
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

const BUDGET_INDEX = BUDGETS.indexOf(0.01);

/** Evenkeel with the usual budget. */
export function ownOf(load: LoadFigures): Outcome {
  return atIndex(load.budgets, BUDGET_INDEX);
}

export function rivalOf(load: LoadFigures, policy: string): RivalFigures {
  const found = load.rivals.find((one) => one.policy === policy);
  if (found === undefined) throw new Error(`${policy} was not measured on ${load.load}`);
  return found;
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
    worstHours: worst(pairs.map(({ load }, at) => ({ load, value: atIndex(hours, at) - 1 }))),
    beyondSweep: pairs.filter(({ rival }) => !rival.isWithinSweep).length,
  };
}

function oneKnob(policy: string, loads: readonly LoadFigures[]): OneKnobSummary {
  const owns = loads.map(ownOf);
  const count = Math.min(...loads.map((load) => rivalOf(load, policy).sweep.length));
  const positions = Array.from({ length: count }, (_, index) => {
    const points = loads.map((load) => atIndex(rivalOf(load, policy).sweep, index));
    return {
      position: atIndex(points, 0).position,
      hours: geometricMean(points.map((point, at) => point.instanceHours / atIndex(owns, at).instanceHours)),
      violations: violationRatio(
        points.map((point, at) => [point.violationMinutes, atIndex(owns, at).violationMinutes]),
      ),
      share: mean(points.map((point, at) => point.violationMinutes / atIndex(loads, at).minutes)),
    };
  });
  const [equalHours, equalShare] = [
    crossing(positions, ({ hours }) => hours - 1),
    crossing(positions, ({ share }) => share - mean(owns.map((own) => own.violationShare))),
  ];
  return {
    policy,
    position: equalHours(({ position }) => position),
    fewerViolations: 1 - 1 / equalHours(({ violations }) => violations),
    meanShare: equalHours(({ share }) => share),
    fewerHours: 1 - 1 / equalShare(({ hours }) => hours),
  };
}

/**
 * Where a figure passes through 0 along the positions of a knob.
 *
 * @returns a reader of any other figure there, on the straight line between the two positions; NaN where it never does
 */
function crossing<Position>(positions: readonly Position[], figure: (position: Position) => number) {
  const index = positions.findIndex((position, at) => {
    const before = at === 0 ? undefined : figure(atIndex(positions, at - 1));
    return before !== undefined && before * figure(position) <= 0;
  });
  if (index < 0) return () => NaN;
  const [from, to] = [atIndex(positions, index - 1), atIndex(positions, index)];
  const way = figure(from) === figure(to) ? 0 : figure(from) / (figure(from) - figure(to));
  return (read: (position: Position) => number) => read(from) + way * (read(to) - read(from));
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

/** The highest. */
function worst(values: readonly Worst[]): Worst {
  return values.reduce((most, one) => (one.value > most.value ? one : most), {
    load: '-',
    value: -Infinity,
  });
}

function atIndex<Value>(values: readonly Value[], index: number): Value {
  const value = values[index];
  if (value === undefined) throw new Error(`there is no figure ${index} of ${values.length}`);
  return value;
}
