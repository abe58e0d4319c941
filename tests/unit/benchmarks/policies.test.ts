import { describe, expect, it } from 'vitest';
import { RIVALS } from '../../../benchmarks/policies/cases.ts';
import { allLoads, loadOf } from '../../../benchmarks/policies/loads.ts';
import type { LoadFigures, Outcome } from '../../../benchmarks/policies/measure.ts';
import { geometricMean, violationRatio } from '../../../benchmarks/policies/means.ts';
import { summaryOf } from '../../../benchmarks/policies/summary.ts';
import { asMarkdown, asText, tablesOf } from '../../../benchmarks/policies/tables.ts';

const DAY = 1440;

function outcome(violationMinutes: number, instanceHours: number, change: Partial<Outcome> = {}): Outcome {
  return {
    violationMinutes,
    violationShare: violationMinutes / DAY,
    instanceHours,
    oracleInstanceHours: 100,
    actions: 10,
    reversals: 2,
    ...change,
  };
}

/** A day on which Evenkeel has so many violation minutes for 150 hours, and each rival what a test says. */
function day(
  load: string,
  own: number,
  rival: { violations: number; hours: number; cheapest?: number | null },
) {
  return {
    load,
    isReal: false,
    minutes: DAY,
    budgets: [outcome(own, 170), outcome(own, 150), outcome(own, 140)],
    rivals: RIVALS.map(({ name }) => ({
      policy: name,
      violationMinutes: rival.violations,
      instanceHours: rival.hours,
      isWithinSweep: true,
      standard: outcome(rival.violations, 180, { actions: 20 }),
      sweep: [
        { position: 40, instanceHours: 300, violationMinutes: 0 },
        { position: 80, instanceHours: 75, violationMinutes: 90 },
      ],
      cheapestWithinBudget: rival.cheapest ?? null,
    })),
    cases: [],
  } satisfies LoadFigures;
}

describe('loads', () => {
  it('are generated from the seed that is given, others from another', async () => {
    const [one, other] = [1, 2].map((seed) =>
      allLoads('/nowhere', seed).find(({ kind }) => kind === 'generated'),
    );
    if (one === undefined || other === undefined) throw new Error('no load is generated');
    const [first, second] = [await loadOf(one), await loadOf(other)];
    expect(second.name).toBe(first.name);
    expect(second.load).not.toEqual(first.load);
  });
});

describe('means over loads', () => {
  it('are geometric: what is twice as good and what is half as good make no difference', () => {
    expect(geometricMean([2, 0.5])).toBeCloseTo(1);
  });

  it('of violations count minutes from one on, so that none is no miracle', () => {
    expect(violationRatio([[0, 0]])).toBe(1);
    expect(violationRatio([[0, 9]])).toBeCloseTo(0.1);
    expect(
      violationRatio([
        [9, 0],
        [0, 9],
      ]),
    ).toBeCloseTo(1);
  });
});

describe('the summary', () => {
  const loads = [
    day('one', 9, { violations: 99, hours: 300, cheapest: 200 }),
    day('two', 19, { violations: 19, hours: 75, cheapest: null }),
  ].map((load) => ({ ...load, cases: casesOf(load) }));

  function casesOf({ rivals }: ReturnType<typeof day>) {
    return ['boot 1 min', 'boot 5 min', 'boot 10 min', 'fleet of 20', 'fleet of 300'].map((name) => ({
      name,
      own: outcome(4, 150),
      rivals,
    }));
  }
  const summary = summaryOf(loads);
  const first = summary.atEqual[0];

  it('counts the loads on which the budget was kept within a tenth', () => {
    // 0.3 % of a day are 4.3 minutes, 1 % are 14.4 (and 15.8 with the tenth), 3 % are 43.2.
    expect(summary.budgets.map(({ kept }) => kept)).toEqual([0, 1, 2]);
    expect(summary.budgets[1]).toMatchObject({ of: 2, worst: { load: 'two', value: 19 / DAY } });
    expect(summary.budgets[1]?.hoursOverOracle).toBeCloseTo(1.5);
  });

  it('compares at equal hours and at equal violations, and names the worst load', () => {
    expect(first?.fewerViolations).toBeCloseTo(1 - Math.sqrt(0.1 * 1));
    expect(first?.worstViolations).toEqual({ load: 'two', value: 0 });
    expect(first?.fewerHours).toBeCloseTo(1 - Math.sqrt(0.5 * 2));
    expect(first?.worstHours).toEqual({ load: 'two', value: 1 });
    // The oracle takes 100, the rival 300 and 75.
    expect(first?.oracleFewerHours).toBeCloseTo(1 - 2 / 3);
  });

  it('reads one position of the knob for all loads where it costs the same', () => {
    // Hours fall from twice Evenkeel's to half; they are the same two thirds of the way from 40 to 80.
    const one = summary.oneKnob[0];
    expect(one?.position).toBeCloseTo(40 + (2 / 3) * 40);
    expect(one?.meanShare).toBeCloseTo(((2 / 3) * 90) / DAY);
  });

  it('leaves out of the mean in hindsight the loads on which no position keeps the budget, and counts them', () => {
    expect(summary.hindsight[0]).toMatchObject({ neverKept: 1, worst: { load: 'one', value: -0.25 } });
    expect(summary.hindsight[0]?.cheaper).toBeCloseTo(0.25);
  });

  it('counts actions and reversals a day of all loads together', () => {
    expect(summary.actions[0]).toEqual({ policy: 'evenkeel', actionsPerDay: 10, reversalsPerDay: 2 });
    expect(summary.actions[1]).toMatchObject({ actionsPerDay: 20 });
  });

  it('goes through the other circumstances', () => {
    expect(summary.cases.map(({ name }) => name)).toHaveLength(6);
    expect(summary.cases[1]?.share).toBeCloseTo(4 / DAY);
    expect(summary.cases[1]?.rivals[0]?.fewerViolations).toBeCloseTo(1 - Math.sqrt((5 / 100) * (5 / 20)));
  });

  it('is shown with all of its loads, as text and as a page', () => {
    const speed = {
      microsecondsPerDecision: 9,
      secondsPerYear: 5,
      heapAfterMonth: 1024,
      heapAfterYear: 2048,
    };
    const tables = tablesOf(loads, summary, speed);
    const text = tables.map(asText).join('\n');
    expect(text).toMatch(/^ {2}target-tracking +-68 % +0 % two +0 % +\+100 % two +-33 % +0$/m);
    expect(text).toMatch(/memory that the policy holds after a year +2 KB/);
    expect(tables.map(asMarkdown).join('\n')).toContain('| two | +100 % (+33 %) | +100 % (+33 %) |');
    expect(tables.map(asMarkdown).join('\n')).toContain(
      '| two | 1 | 1.32 % (1.70) | 1.32 % (1.50) | 1.32 % (1.40) | 10.0 |',
    );
  });
});
