import type { Columns } from './series.ts';
import { between, element, steps, under } from './svg.ts';
import { instantText, roundTicks, timeTicks } from './ticks.ts';

/** How high a plot is drawn; on the page it is as high as the style says. */
const HEIGHT = 100;

/** How many parts of a plot tell their figures when they are pointed at. */
const ZONES = 48;

/** The highest load of each moment. */
export function loadChart(columns: Columns, title: string): string {
  const top = topOf(columns.load);
  const y = yOf(top);
  const area = element('path', { class: 'load', fill: '#7a8ba3', d: under(columns.load, y) });
  return chart({
    columns,
    top,
    title,
    plot: [area],
    strip: '',
    tell: ({ load }) => `load up to ${figure(load)}`,
  });
}

/**
 * What was needed, and what served. @param top  of all policies' charts, so that they can be compared
 */
export function policyChart(columns: Columns, top: number, title: string): string {
  const y = yOf(top);
  const { needed, servingLeast, servingMost } = columns;
  const plot = [
    element('path', { class: 'needed', fill: '#c3cddb', d: under(needed, y) }),
    element('path', { class: 'band', fill: '#2f6f9f', d: between(servingLeast, servingMost, y) }),
    element('path', {
      class: 'serving',
      fill: 'none',
      stroke: '#2f6f9f',
      'stroke-width': 1.5,
      'vector-effect': 'non-scaling-stroke',
      d: steps(servingLeast, y),
    }),
  ];
  return chart({ columns, top, title, plot, strip: violationStrip(columns), tell: policyText });
}

interface Chart {
  readonly columns: Columns;
  readonly top: number;
  readonly title: string;
  readonly plot: readonly string[];
  /** What comes below the plot, as wide as it is. */
  readonly strip: string;
  readonly tell: (zone: Zone) => string;
}

/** The plot stretches with the page, the writing beside and below it does not. */
function chart({ columns, top, title, plot, strip, tell }: Chart): string {
  const width = columns.load.length;
  const ticks = roundTicks(top);
  const lines = ticks.map((tick) => {
    const y = yOf(top)(tick);
    return element('line', {
      class: 'grid',
      stroke: '#8896a8',
      'stroke-opacity': 0.25,
      'vector-effect': 'non-scaling-stroke',
      x1: 0,
      x2: width,
      y1: y,
      y2: y,
    });
  });
  const box = { viewBox: `0 0 ${width} ${HEIGHT}`, preserveAspectRatio: 'none' };
  const zones = zonesOf(columns).map((zone) =>
    element(
      'rect',
      { class: 'zone', fill: 'transparent', x: zone.from, width: zone.to - zone.from, y: 0, height: HEIGHT },
      element('title', {}, `${instantText(zone.begin)} to ${instantText(zone.end)} UTC: ${tell(zone)}`),
    ),
  );
  return [
    '<div class="chart">',
    valueAxis(ticks, top),
    element('svg', { class: 'plot', role: 'img', 'aria-label': title, ...box }, ...lines, ...plot, ...zones),
    strip,
    timeAxis(columns),
    '</div>',
  ].join('');
}

function valueAxis(ticks: readonly number[], top: number): string {
  const texts = ticks.map((tick) =>
    element(
      'text',
      { class: 'tick', x: '100%', y: `${yOf(top)(tick)}%`, dx: -6, dy: 4, 'text-anchor': 'end' },
      figure(tick),
    ),
  );
  return element('svg', { class: 'values', 'aria-hidden': 'true' }, ...texts);
}

function timeAxis({ at }: Columns): string {
  const [from, to] = [at[0] ?? 0, at.at(-1) ?? 0];
  const ticks = timeTicks(from, to, 8).map((tick, index) =>
    element(
      'text',
      {
        class: index % 2 === 0 ? 'tick' : 'tick minor',
        x: `${((100 * (tick.at - from)) / (to - from)).toFixed(2)}%`,
        y: 12,
        'text-anchor': 'start',
      },
      tick.text,
    ),
  );
  return element('svg', { class: 'times', 'aria-hidden': 'true' }, ...ticks);
}

/** Minutes in violation, column by column; one minute among many still shows. */
function violationStrip({ violations, at }: Columns): string {
  const width = violations.length;
  const marks = violations.flatMap((count, column) => {
    if (count === 0) return [];
    const minutes = ((at[column + 1] ?? 0) - (at[column] ?? 0)) / 60_000;
    const height = Math.max(4, (12 * count) / minutes);
    return [`M${column} ${12 - height}h1V12h-1z`];
  });
  const total = violations.reduce((sum, count) => sum + count, 0);
  return element(
    'svg',
    {
      class: 'strip',
      role: 'img',
      'aria-label': `${total} minutes in violation`,
      viewBox: `0 0 ${width} 12`,
      preserveAspectRatio: 'none',
    },
    element('path', { class: 'violation', fill: '#d03b3b', stroke: '#d03b3b', d: marks.join('') }),
  );
}

interface Zone {
  readonly from: number;
  readonly to: number;
  readonly begin: number;
  readonly end: number;
  readonly load: number;
  readonly needed: number;
  readonly least: number;
  readonly most: number;
  readonly violations: number;
}

function zonesOf(columns: Columns): Zone[] {
  const width = columns.load.length;
  const count = Math.min(ZONES, width);
  return Array.from({ length: count }, (_, index) => {
    const [from, to] = [Math.floor((index * width) / count), Math.floor(((index + 1) * width) / count)];
    const part = (values: readonly number[]) => values.slice(from, to);
    return {
      from,
      to,
      begin: columns.at[from] ?? 0,
      end: columns.at[to] ?? 0,
      load: Math.max(...part(columns.load)),
      needed: Math.max(...part(columns.needed)),
      least: Math.min(...part(columns.servingLeast)),
      most: Math.max(...part(columns.servingMost)),
      violations: part(columns.violations).reduce((sum, one) => sum + one, 0),
    };
  });
}

function policyText({ needed, least, most, violations }: Zone): string {
  const serving = least === most ? String(most) : `${least} to ${most}`;
  const broken = violations === 0 ? '' : `, ${violations} minutes in violation`;
  return `up to ${needed} needed, ${serving} serving${broken}`;
}

/** Where a value is in a plot. */
function yOf(top: number): (value: number) => number {
  return (value) => HEIGHT - (HEIGHT * Math.min(value, top)) / (top || 1);
}

/** A little above the highest value. */
export function topOf(values: readonly number[]): number {
  return Math.max(1e-9, ...values) * 1.05;
}

/** `12`, `1,234`, `0.25`, `3.4M` */
export function figure(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toFixed(1)}M`;
  return value.toLocaleString('en-US', { maximumSignificantDigits: value < 100 ? 3 : 4 });
}
