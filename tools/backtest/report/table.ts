import type { Result } from '../backtest.ts';
import { element, escaped } from './svg.ts';
import { dollars, percent, timesOracle } from './words.ts';

interface Column {
  readonly title: string;
  /** Undefined where a result says nothing of it. */
  readonly of: (result: Result) => string | undefined;
}

const whole = (value: number) => Math.round(value).toLocaleString('en-US');
const readOff = (value: number | null | undefined) =>
  value === undefined ? undefined : value === null ? '–' : whole(value);

const COLUMNS: readonly Column[] = [
  { title: 'policy', of: ({ policy }) => policy },
  { title: 'minutes in violation', of: ({ violationMinutes }) => whole(violationMinutes) },
  { title: 'share', of: ({ violationShare }) => percent(violationShare) },
  { title: 'instance-hours', of: ({ instanceHours }) => whole(instanceHours) },
  { title: '÷ oracle', of: timesOracle },
  { title: 'cost', of: ({ cost }) => dollars(cost) },
  { title: 'changes', of: ({ actions }) => whole(actions) },
  { title: 'reversals', of: ({ reversals }) => whole(reversals) },
  {
    title: 'minutes in violation at evenkeel’s hours',
    of: (result) => readOff(result.violationMinutesAtEqualInstanceHours),
  },
  {
    title: 'hours at evenkeel’s violations',
    of: (result) => readOff(result.instanceHoursAtEqualViolations),
  },
];

export function resultTable(results: readonly Result[]): string {
  const columns = COLUMNS.filter(({ of }) => results.some((result) => of(result) !== undefined));
  const head = columns.map(({ title }) => element('th', { scope: 'col' }, title));
  const rows = results.map((result) =>
    element(
      'tr',
      { class: result.policy === 'evenkeel' ? 'own' : undefined },
      ...columns.map(({ of }) => element('td', {}, escaped(of(result) ?? '–'))),
    ),
  );
  return element(
    'div',
    { class: 'scroll' },
    element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...rows)),
  );
}
