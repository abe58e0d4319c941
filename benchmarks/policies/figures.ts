/** What is read from the figures of a load, and the worst of them. */
import { BUDGETS } from './cases.ts';
import type { LoadFigures, Outcome, RivalFigures } from './measure.ts';

export interface Worst {
  readonly load: string;
  readonly value: number;
}

/** The highest. */
export function worst(values: readonly Worst[]): Worst {
  return values.reduce((most, one) => (one.value > most.value ? one : most), {
    load: '-',
    value: -Infinity,
  });
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

export function atIndex<Value>(values: readonly Value[], index: number): Value {
  const value = values[index];
  if (value === undefined) throw new Error(`there is no figure ${index} of ${values.length}`);
  return value;
}
