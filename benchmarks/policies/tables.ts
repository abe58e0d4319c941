/** The figures as tables: the same for a terminal and for a page. */
import type { LoadFigures } from './measure.ts';
import { MAIN_RIVALS, RIVALS } from './cases.ts';
import type { Worst } from './figures.ts';
import { ownOf, rivalOf } from './figures.ts';
import type { SpeedFigures } from './speed.ts';
import type { RivalSummary, Summary } from './summary.ts';

export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function tablesOf(
  loads: readonly LoadFigures[],
  summary: Summary,
  speed: SpeedFigures,
): readonly Table[] {
  return [
    budgetTable(summary),
    equalTable(summary),
    oneKnobTable(summary),
    hindsightTable(summary),
    actionTable(summary),
    caseTable(summary),
    loadTable(loads),
    rivalTable(loads),
    limitTable(loads),
    speedTable(speed),
  ];
}

function budgetTable({ budgets }: Summary): Table {
  return {
    title: '1. The budget is kept',
    head: ['budget', 'kept within 1.1 times', 'mean share', 'worst', 'instance-hours ÷ oracle'],
    rows: budgets.map(({ budget, kept, of, meanShare, worst, hoursOverOracle }) => [
      percent(budget),
      `${kept} of ${of} loads`,
      percent(meanShare),
      `${percent(worst.value)} ${worst.load}`,
      hoursOverOracle.toFixed(2),
    ]),
  };
}

function equalTable({ atEqual }: Summary): Table {
  return {
    title: '2 and 3. Beside rivals whose knob is turned for each load in hindsight',
    head: [
      'policy',
      'violations at equal hours',
      'worst load',
      'hours at equal violations',
      'worst load',
      'the oracle’s hours',
      'beyond the sweep',
    ],
    rows: atEqual.map((one) => [
      one.policy,
      change(-one.fewerViolations),
      worstText(one.worstViolations),
      change(-one.fewerHours),
      worstText(one.worstHours),
      change(-one.oracleFewerHours),
      String(one.beyondSweep),
    ]),
  };
}

function oneKnobTable({ oneKnob }: Summary): Table {
  return {
    title: '2 and 3. Beside rivals with one position of the knob for all loads',
    head: [
      'policy',
      'costs the same at',
      'violations there',
      'its mean share there',
      'hours at an equal mean share',
    ],
    rows: oneKnob.map(({ policy, position, fewerViolations, meanShare, fewerHours }) => [
      policy,
      Number.isNaN(position) ? '-' : `${position.toFixed(0)} %`,
      change(-fewerViolations),
      percent(meanShare),
      change(-fewerHours),
    ]),
  };
}

function hindsightTable({ hindsight }: Summary): Table {
  return {
    title:
      '4. Beside rivals for whom the cheapest position that keeps a budget of 1 % was chosen in hindsight',
    head: ['policy', 'hours', 'worst load', 'loads on which none keeps it'],
    rows: hindsight.map(({ policy, cheaper, worst, neverKept }) => [
      policy,
      change(-cheaper),
      worstText(worst),
      String(neverKept),
    ]),
  };
}

function actionTable({ actions }: Summary): Table {
  return {
    title: '5. Actions and reversals a day',
    head: ['policy', 'actions', 'reversals'],
    rows: actions.map(({ policy, actionsPerDay, reversalsPerDay }) => [
      policy,
      actionsPerDay.toFixed(1),
      reversalsPerDay.toFixed(1),
    ]),
  };
}

function caseTable({ cases }: Summary): Table {
  return {
    title: '6. Violations at equal hours in other circumstances',
    head: ['', 'mean share', 'budget kept', ...MAIN_RIVALS.map(({ name }) => name)],
    rows: cases.map(({ name, share, kept, rivals }) => [
      name,
      percent(share),
      String(kept),
      ...rivals.map((one: RivalSummary) => change(-one.fewerViolations)),
    ]),
  };
}

function loadTable(loads: readonly LoadFigures[]): Table {
  return {
    title: 'Evenkeel, load by load: share of violations (and instance-hours ÷ oracle) by budget',
    head: ['load', 'days', 'budget 0.3 %', 'budget 1 %', 'budget 3 %', 'actions a day'],
    rows: loads.map((load) => [
      load.load,
      (load.minutes / 1440).toFixed(0),
      ...load.budgets.map(
        ({ violationShare, instanceHours, oracleInstanceHours }) =>
          `${percent(violationShare)} (${(instanceHours / oracleInstanceHours).toFixed(2)})`,
      ),
      ((1440 * ownOf(load).actions) / load.minutes).toFixed(1),
    ]),
  };
}

/** The bare violation minutes that the means are made of. */
function rivalTable(loads: readonly LoadFigures[]): Table {
  return {
    title: 'Violation minutes at equal instance-hours, load by load',
    head: ['load', 'evenkeel', ...RIVALS.map(({ name }) => name)],
    rows: loads.map((load) => [
      load.load,
      String(ownOf(load).violationMinutes),
      ...RIVALS.map(({ name }) => rivalOf(load, name).violationMinutes.toFixed(0)),
    ]),
  };
}

/** How much there is to win at all: for whoever knows the load ahead, and still has to boot and to drain. */
function limitTable(loads: readonly LoadFigures[]): Table {
  return {
    title:
      'Instance-hours at equal violations, load by load: what Evenkeel spares, and (what the oracle would)',
    head: ['load', ...MAIN_RIVALS.map(({ name }) => name)],
    rows: loads.map((load) => {
      const { instanceHours, oracleInstanceHours } = ownOf(load);
      const cells = MAIN_RIVALS.map(({ name }) => {
        const there = rivalOf(load, name).instanceHours;
        return `${change(instanceHours / there - 1)} (${change(oracleInstanceHours / there - 1)})`;
      });
      return [load.load, ...cells];
    }),
  };
}

function speedTable(speed: SpeedFigures): Table {
  return {
    title: '7. What a decision costs',
    head: ['', ''],
    rows: [
      ['a decision, fleet of about 60', `${speed.microsecondsPerDecision.toFixed(1)} µs`],
      ['a year of minutes', `${speed.secondsPerYear.toFixed(1)} s`],
      ['memory that the policy holds after a month', kilobytes(speed.heapAfterMonth)],
      ['memory that the policy holds after a year', kilobytes(speed.heapAfterYear)],
    ],
  };
}

/** A table as text, its cells under their head. */
export function asText({ title, head, rows }: Table): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return [title, ...all.map((row) => `  ${line(row)}`.trimEnd())].join('\n');
}

export function asMarkdown({ title, head, rows }: Table): string {
  const line = (row: readonly string[]) => `| ${row.join(' | ')} |`;
  return [`### ${title}`, '', line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/** How Evenkeel's figure differs from the rival's: `-76 %` is fewer by so much. */
function change(share: number): string {
  if (Number.isNaN(share)) return '-';
  return `${share > 0 ? '+' : ''}${(100 * share).toFixed(0)} %`;
}

function worstText({ load, value }: Worst): string {
  return Number.isFinite(value) ? `${change(value)} ${load}` : '-';
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(0)} KB`;
}
