import { frontierOf, hoursAtViolations, violationsAtHours } from './frontier.ts';
import type { Figures, Judgement } from './judge.ts';
import { judge } from './judge.ts';
import type { PolicyFamily } from './policy.ts';
import { evenkeel } from './policies/evenkeel.ts';
import type { Setting } from './setting.ts';
import type { Run } from './simulate.ts';
import { simulate } from './simulate.ts';
import { sweepAround } from './sweep.ts';
import type { MinuteTrace } from './trace/minute-trace.ts';

export interface Backtest {
  readonly trace: MinuteTrace;
  readonly setting: Setting;
  readonly families: readonly PolicyFamily[];
  /** Whether each policy's knob is swept, and read off at Evenkeel's figures. */
  readonly isSwept: boolean;
  /** Called with each policy's run, which is not kept. */
  readonly onRun?: (run: Run) => void;
  /** Called before each policy, and after the last. */
  readonly onProgress?: (done: number, of: number, policy: string) => void;
}

/** What a policy came to, with its knob where its source proposes it. */
export type Result = Omit<Judgement, 'minutes'> & Partial<AtEqual>;

/** What a policy would come to if its owner turned its knob until it cost what Evenkeel costs, or kept as much. */
export interface AtEqual {
  /** Null where no position of the knob comes to so many instance-hours. */
  readonly violationMinutesAtEqualInstanceHours: number | null;
  /** Null where no position of the knob comes to so few, or so many, violations. */
  readonly instanceHoursAtEqualViolations: number | null;
}

/** Tries policies on a load, one after the other. */
export function backtest({
  trace,
  setting,
  families,
  isSwept,
  onRun,
  onProgress,
}: Backtest): readonly Result[] {
  const own = isSwept ? judge(simulate(trace, evenkeel.at(), setting)) : undefined;
  const results = families.map((family, index) => {
    onProgress?.(index, families.length, family.name);
    const run = simulate(trace, family.at(), setting);
    onRun?.(run);
    const { minutes: _, ...judgement } = judge(run);
    if (own === undefined) return judgement;
    return { ...judgement, ...atEqual(own, family, trace, setting) };
  });
  onProgress?.(families.length, families.length, '');
  return results;
}

/** Evenkeel is equal to itself. */
export function atEqual(own: Figures, family: PolicyFamily, trace: MinuteTrace, setting: Setting): AtEqual {
  const { instanceHours, violationMinutes } = own;
  if (family.name === evenkeel.name) {
    return {
      violationMinutesAtEqualInstanceHours: violationMinutes,
      instanceHoursAtEqualViolations: instanceHours,
    };
  }
  const frontier = frontierOf(sweepAround(own, family, trace, setting));
  return {
    violationMinutesAtEqualInstanceHours: violationsAtHours(frontier, instanceHours),
    instanceHoursAtEqualViolations: hoursAtViolations(frontier, violationMinutes),
  };
}
