/** A backtest as text for people. */
import type { Result } from '../../backtest/backtest.ts';
import { neededInstances } from '../../backtest/needed.ts';
import type { Recommended } from '../../backtest/fragment.ts';
import { expectationText } from '../../backtest/recommend.ts';
import { timesOracle } from '../../backtest/report/words.ts';
import type { Setting } from '../../backtest/setting.ts';
import type { MinuteTrace } from '../../backtest/trace/index.ts';
import { textOf } from '../../backtest/trace/index.ts';

export interface Presented {
  readonly trace: MinuteTrace;
  readonly setting: Setting;
  /** How many instances the 99.5th percentile was made to need, where no capacity was given. */
  readonly scaledTo: number | undefined;
  readonly results: readonly Result[];
  /** What was read off a group, and what could not be. */
  readonly assumptions: readonly string[];
  readonly recommended?: Recommended;
}

export function backtestText(presented: Presented): string {
  const { trace, setting, results, recommended } = presented;
  return [
    `${trace.name}: ${counted(trace.load.length, 'minute')} (${days(trace.load.length)})`,
    ...circumstances(presented),
    '',
    ...table(results),
    '',
    'violations: minutes with more load than what is in service usefully carries',
    `hours: of instances in service, booting and draining; the oracle, which knows the load, needs ${hours(results)}`,
    ...(results.some(isSwept)
      ? [
          'at equal hours, at equal violations: with its knob turned until it comes to what evenkeel comes to; - where the',
          'sweep does not reach that',
        ]
      : []),
    ...(recommended === undefined
      ? []
      : ['', 'recommended for fleets.yml:', '', recommended.fragment, expectationText(recommended), '']),
    `boot ${setting.boot} s, drain ${setting.drain} s, lag ${setting.lag} s, a decision each ${setting.period} s`,
    '',
  ].join('\n');
}

/** What the load is taken for. */
export function circumstances({ trace, setting, scaledTo, assumptions }: Presented): string[] {
  const most = neededInstances(trace, setting).reduce((highest, need) => Math.max(highest, need), 0);
  const useful = setting.capacity * setting.usefulShare;
  return [
    `an instance usefully carries ${figure(useful)}` +
      (scaledTo === undefined ? '' : `, so that the 99.5th percentile of the load needs ${scaledTo}`) +
      `; the most that is needed is ${most}`,
    ...assumptions,
    ...(trace.gaps.length === 0
      ? []
      : [`${counted(trace.gaps.length, 'gap')} bridged: ${listed(trace.gaps.map(textOf))}`]),
  ];
}

function table(results: readonly Result[]): string[] {
  const columns = COLUMNS.filter(({ of }) => results.some((result) => of(result) !== undefined));
  const rows = [
    columns.map(({ title }) => title),
    ...results.map((result) => columns.map(({ of }) => of(result) ?? '-')),
  ];
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

interface Column {
  readonly title: string;
  /** Undefined where a result says nothing of it. */
  readonly of: (result: Result) => string | undefined;
}

const COLUMNS: readonly Column[] = [
  { title: 'policy', of: ({ policy }) => policy },
  { title: 'violations', of: ({ violationMinutes }) => String(violationMinutes) },
  { title: 'share', of: ({ violationShare }) => `${(100 * violationShare).toFixed(2)}%` },
  { title: 'hours', of: ({ instanceHours }) => instanceHours.toFixed(1) },
  { title: '÷ oracle', of: timesOracle },
  { title: '$', of: ({ cost }) => cost.toFixed(2) },
  { title: 'actions', of: ({ actions }) => String(actions) },
  { title: 'reversals', of: ({ reversals }) => String(reversals) },
  {
    title: 'violations at equal hours',
    of: (result) => readOff(result.violationMinutesAtEqualInstanceHours),
  },
  { title: 'hours at equal violations', of: (result) => readOff(result.instanceHoursAtEqualViolations) },
];

function readOff(value: number | null | undefined): string | undefined {
  return value === undefined ? undefined : (value?.toFixed(1) ?? '-');
}

function isSwept({ violationMinutesAtEqualInstanceHours }: Result): boolean {
  return violationMinutesAtEqualInstanceHours !== undefined;
}

function hours([result]: readonly Result[]): string {
  return result?.oracleInstanceHours.toFixed(1) ?? '-';
}

function listed(texts: readonly string[]): string {
  const shown = texts.slice(0, 3).join(', ');
  return texts.length > 3 ? `${shown} and ${texts.length - 3} more` : shown;
}

function figure(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function days(minutes: number): string {
  return counted(Number((minutes / 1440).toPrecision(3)), 'day');
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}
