import { elasticityOf } from './elasticity.ts';
import type { Elasticity } from './elasticity.ts';
import { oracleMinutes } from './oracle.ts';
import type { Run } from './simulate.ts';
import { isViolation } from './violations.ts';

/** What a run comes to. */
export interface Judgement {
  readonly policy: string;
  readonly minutes: number;
  /** Minutes with more load than s·C·u. */
  readonly violationMinutes: number;
  readonly violationShare: number;
  /** Of what is in service, boots and drains: what is paid for. */
  readonly instanceHours: number;
  readonly oracleInstanceHours: number;
  /** Σd ÷ 60: what capacity would cost that comes and goes at once. */
  readonly instantaneousOracleInstanceHours: number;
  readonly cost: number;
  /** Changes of desired capacity. */
  readonly actions: number;
  /** Actions in the direction opposite to the action before. */
  readonly reversals: number;
  readonly elasticity: Elasticity;
}

/** What policies are compared by. */
export type Figures = Pick<Judgement, 'instanceHours' | 'violationMinutes'>;

/** The two figures alone, for those who try many runs. */
export function figuresOf(run: Run): Figures {
  return { instanceHours: sum(run.running) / 60, violationMinutes: countViolations(run) };
}

export function judge(run: Run): Judgement {
  const minutes = run.trace.load.length;
  const { instanceHours, violationMinutes } = figuresOf(run);
  return {
    policy: run.policy,
    minutes,
    violationMinutes,
    violationShare: minutes === 0 ? 0 : violationMinutes / minutes,
    instanceHours,
    oracleInstanceHours: oracleMinutes(run.needed, run.setting) / 60,
    instantaneousOracleInstanceHours: sum(run.needed) / 60,
    cost: instanceHours * run.setting.price,
    ...countActions(run),
    elasticity: elasticityOf(run),
  };
}

function countViolations(run: Run): number {
  let violations = 0;
  for (let minute = 0; minute < run.needed.length; minute++) if (isViolation(run, minute)) violations++;
  return violations;
}

function countActions({ desired, initial }: Run): Pick<Judgement, 'actions' | 'reversals'> {
  let actions = 0;
  let reversals = 0;
  let direction = 0;
  let before = initial;
  for (const count of desired) {
    if (count === before) continue;
    const moved = Math.sign(count - before);
    actions++;
    if (moved === -direction) reversals++;
    direction = moved;
    before = count;
  }
  return { actions, reversals };
}

export function sum(values: Int32Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
