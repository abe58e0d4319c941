import { figure } from './charts.ts';
import type { Spending } from './series.ts';
import { element } from './svg.ts';
import { ticksBetween } from './ticks.ts';
import { percent } from './words.ts';

export interface Spent {
  readonly policy: string;
  readonly spending: Spending;
  readonly cost: number;
  readonly violationShare: number;
}

const PARTS = [
  { key: 'needed', fill: '#5b7083', text: 'needed' },
  { key: 'spare', fill: '#d9a441', text: 'spare' },
  { key: 'moving', fill: '#a9b6c4', text: 'booting and draining' },
] as const;

/** What each policy's money went to, to one scale. @param price  of an instance-hour */
export function moneyBars(all: readonly Spent[], price: number): string {
  const most = Math.max(1e-9, ...all.map(({ spending }) => totalOf(spending)));
  const rows = all.map(({ policy, spending }) => {
    let x = 0;
    const bars = PARTS.map(({ key, fill, text }) => {
      const width = (100 * spending[key]) / most;
      const title = `${policy}: $${(spending[key] * price).toFixed(2)} ${text}`;
      const bar = element(
        'rect',
        { class: key, fill, x: `${x.toFixed(2)}%`, width: `${width.toFixed(2)}%`, y: 3, height: 16 },
        element('title', {}, title),
      );
      x += width;
      return bar;
    });
    const cost = `$${(totalOf(spending) * price).toFixed(2)}`;
    return [
      element('span', { class: 'name' }, policy),
      element('svg', { class: 'bar', role: 'img', 'aria-label': `${policy}: ${cost}` }, ...bars),
      element('span', { class: 'cost' }, cost),
    ].join('');
  });
  const legend = PARTS.map(({ key, text }) => `${element('span', { class: `swatch ${key}` })} ${text}`);
  return `<div class="bars">${rows.join('')}</div><p class="legend">${legend.join(' ')}</p>`;
}

function totalOf({ needed, spare, moving }: Spending): number {
  return needed + spare + moving;
}

/**
 * What calm costs: each policy by its money and its violations, the better the nearer to the lower left corner. Policies
 * bear numbers, since their names would not find room on a phone. The scale of violations is stretched where they are
 * few: ten times as many are always as far apart.
 *
 * @param budget  share of minutes that may be violations
 */
export function tradeOff(all: readonly Spent[], budget: number): string {
  const costs = all.map(({ cost }) => cost);
  const [left, right] = [Math.min(...costs) * 0.95, Math.max(...costs) * 1.05 + 1e-9];
  const x = (cost: number) => `${((100 * (cost - left)) / (right - left)).toFixed(2)}%`;
  const lines = SHARES.map((share) => line('grid', '#8896a8', share));
  const numbers = all.map((spent, index) => {
    const [cx, cy] = [x(spent.cost), y(spent.violationShare)];
    const title = `${spent.policy}: $${spent.cost.toFixed(2)}, ${percent(spent.violationShare)} of minutes in violation`;
    return element(
      'g',
      { class: spent.policy === 'evenkeel' ? 'own' : 'other' },
      element('circle', { cx, cy, r: 9, fill: '#5b7083' }),
      element(
        'text',
        { class: 'number', x: cx, y: cy, dy: 4, 'text-anchor': 'middle', fill: '#fff' },
        `${index + 1}`,
      ),
      element('title', {}, title),
    );
  });
  // The own number comes last, on top.
  const drawn = numbers.toSorted(
    (one, other) => Number(one.includes('"own"')) - Number(other.includes('"own"')),
  );
  const dollarTicks = ticksBetween(left, right);
  return [
    '<div class="chart tall">',
    element('svg', { class: 'values', 'aria-hidden': 'true' }, ...SHARES.map(shareLabel)),
    element(
      'svg',
      { class: 'plot', role: 'img', 'aria-label': 'violations and money' },
      ...lines,
      line('budget', '#d03b3b', budget),
      ...drawn,
    ),
    element(
      'svg',
      { class: 'times', 'aria-hidden': 'true' },
      ...dollarTicks.map((tick) => element('text', { class: 'tick', x: x(tick), y: 14 }, `$${figure(tick)}`)),
    ),
    '</div>',
    element(
      'ul',
      { class: 'keys' },
      ...all.map(({ policy }, index) => element('li', {}, `${index + 1} ${policy}`)),
    ),
  ].join('');
}

/** Shares of minutes with a line of their own. */
const SHARES = [0, 0.0001, 0.001, 0.01, 0.1, 1];

/** A hundredth of a percent and less is drawn as nearly none. */
const FINEST = 5e-5;

function y(share: number): string {
  return `${(96 - (92 * Math.log1p(share / FINEST)) / Math.log1p(1 / FINEST)).toFixed(2)}%`;
}

function line(name: string, stroke: string, share: number): string {
  const dashes = name === 'budget' ? '5 4' : undefined;
  const place = { x1: '0%', x2: '100%', y1: y(share), y2: y(share) };
  return element('line', {
    class: name,
    stroke,
    'stroke-opacity': dashes ? 1 : 0.25,
    'stroke-dasharray': dashes,
    ...place,
  });
}

function shareLabel(share: number): string {
  const place = { x: '100%', y: y(share), dx: -6, dy: 4, 'text-anchor': 'end' };
  return element('text', { class: 'tick', ...place }, `${100 * share}%`);
}
