import { createHash } from 'node:crypto';
import type { Result } from '../backtest.ts';
import type { Recommended } from '../fragment.ts';
import { expectationText } from '../recommend.ts';
import type { Setting } from '../setting.ts';
import type { Run } from '../simulate.ts';
import type { MinuteTrace } from '../trace/minute-trace.ts';
import { loadChart, policyChart, topOf } from './charts.ts';
import { moneyBars, tradeOff } from './money.ts';
import type { Columns, Spending, Stretch } from './series.ts';
import { columnsOf, fastestRise, longestStretches, spendingOf } from './series.ts';
import { STYLE } from './style.ts';
import { element, escaped } from './svg.ts';
import { resultTable } from './table.ts';
import { instantText } from './ticks.ts';
import { figuresOf, headline, KNOWING } from './words.ts';

/** Columns of a chart: about as many as a wide screen has for it. */
const WIDTH = 960;

/** Stretches of violations that are listed of each policy. */
const STRETCHES = 3;

/** Policies whose hardest hours are shown. */
const RISES = 4;

/** Of a run, what a page shows of it; small, whatever the length of the load. */
export interface Shown {
  readonly columns: Columns;
  /** The same of the hours in which the load rose fastest, minute by minute. */
  readonly rise: Columns;
  readonly spending: Spending;
  readonly stretches: readonly Stretch[];
}

export function shownOf(run: Run): Shown {
  return {
    columns: columnsOf(run, WIDTH),
    rise: columnsOf(run, WIDTH, fastestRise(run)),
    spending: spendingOf(run),
    stretches: longestStretches(run, STRETCHES),
  };
}

export interface Report {
  readonly trace: MinuteTrace;
  readonly setting: Setting;
  readonly results: readonly Result[];
  /** In the order of the results. */
  readonly shown: readonly Shown[];
  /** What was taken for what, in whole sentences. */
  readonly assumptions: readonly string[];
  readonly recommended?: Recommended;
}

/**
 * The report as one HTML page that needs nothing else: no script, no font, no picture from elsewhere. Its own policy
 * allows its one style by its hash, and nothing beside it, so that it opens wherever mail and build servers show pages.
 */
export function reportPage(report: Report): string {
  const hash = createHash('sha256').update(STYLE).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  const title = `Backtest of ${report.trace.name}`;
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">`,
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>${escaped(title)}</title><style>${STYLE}</style></head><body>`,
    ...body(report),
    '</body></html>',
    '',
  ].join('\n');
}

function body(report: Report): string[] {
  const { trace, results, shown } = report;
  const [first] = shown;
  return [
    `<h1>${escaped(headline(report))}</h1>`,
    element('p', { class: 'soft' }, `${escaped(trace.name)}, ${spanOf(first)}`),
    figuresOf(report),
    ...recommendation(report),
    '<h2>Policies compared</h2>',
    resultTable(results),
    '<h2>The load</h2>',
    first === undefined ? '' : loadChart(first.columns, 'load'),
    ...charts(report),
    ...riseCharts(report),
    ...money(report),
    '<h2>What was assumed</h2>',
    element('ul', {}, ...report.assumptions.map((text) => element('li', {}, escaped(text)))),
    footer(),
  ];
}

function spanOf(shown: Shown | undefined): string {
  const at = shown?.columns.at ?? [];
  return `${instantText(at[0] ?? 0)} to ${instantText(at.at(-1) ?? 0)} UTC`;
}

function recommendation({ recommended }: Report): string[] {
  if (recommended === undefined) return [];
  return [
    '<h2>Recommended for fleets.yml</h2>',
    `<pre><code>${escaped(recommended.fragment)}</code></pre>`,
    element('p', { class: 'soft' }, escaped(sentence(expectationText(recommended)))),
  ];
}

function charts({ results, shown }: Report): string[] {
  const most = Math.max(0, ...shown.flatMap(({ columns }) => columns.needed));
  const served = shown.flatMap(({ columns }) => columns.servingMost);
  // A policy that runs away must not press all others flat.
  const top = Math.min(topOf(served), 1.4 * topOf([most]));
  return [
    '<h2>Needed and serving</h2>',
    '<p class="legend"><span class="swatch area"></span> needed at the most <span class="swatch line"></span> serving, ' +
      'at the least as a line <span class="swatch broken"></span> minutes in violation</p>',
    ...results.flatMap(({ policy, violationMinutes, instanceHours }, index) => {
      const one = shown[index];
      if (one === undefined) return [];
      const text = `${violationMinutes.toLocaleString('en-US')} minutes in violation, ${Math.round(instanceHours).toLocaleString('en-US')} instance-hours`;
      return [
        `<section${ownClass(policy)}>`,
        element('h3', {}, escaped(policy), element('small', {}, text)),
        policyChart(one.columns, top, `${policy}: instances needed and serving`),
        element('p', { class: 'soft' }, escaped(worst(one.stretches))),
        '</section>',
      ];
    }),
  ];
}

/** The hardest hours of the load, for Evenkeel and what is nearest to hand instead of it. */
function riseCharts({ results, shown }: Report): string[] {
  const chosen = results.flatMap(({ policy }, index) => {
    const rise = shown[index]?.rise;
    return rise === undefined || KNOWING.has(policy) ? [] : [rise];
  });
  const compared = chosen.slice(0, RISES);
  const [first] = compared;
  if (first === undefined) return [];
  const top = topOf(compared.flatMap(({ needed, servingMost }) => [...needed, ...servingMost]));
  return [
    '<h2>The hardest hours</h2>',
    `<p class="soft">When more was needed within a boot’s time than ever else, on ${instantText(first.at[0] ?? 0)} and after, minute by minute.</p>`,
    ...compared.map((columns) => {
      const title = `${columns.policy}: the hardest hours`;
      const broken = columns.violations.reduce((sum, one) => sum + one, 0);
      const heading = element(
        'h3',
        {},
        columns.policy,
        element('small', {}, `${broken} minutes in violation`),
      );
      return `<section${ownClass(columns.policy)}>${heading}${policyChart(columns, top, title)}</section>`;
    }),
  ];
}

function ownClass(policy: string): string {
  return policy === 'evenkeel' ? ' class="own"' : '';
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function worst(stretches: readonly Stretch[]): string {
  if (stretches.length === 0) return 'Never in violation.';
  const texts = stretches.map(
    ({ from, minutes, short }) => `${minutes} min from ${instantText(from)} (${short} short)`,
  );
  return `Longest in violation: ${texts.join('; ')}.`;
}

function money({ results, shown, setting }: Report): string[] {
  const spent = results.flatMap(({ policy, cost, violationShare }, index) => {
    const spending = shown[index]?.spending;
    return spending === undefined ? [] : [{ policy, cost, violationShare, spending }];
  });
  return [
    '<h2>What the money went to</h2>',
    moneyBars(spent, setting.price),
    '<h2>What calm costs</h2>',
    '<p class="soft">Minutes in violation against dollars: the nearer to the lower left corner the better. The dashed line ' +
      'is the budget; each line above another stands for ten times as many minutes.</p>',
    tradeOff(spent, setting.budget),
  ];
}

function footer(): string {
  return (
    '<footer>A minute is in violation when its load is more than what the instances in service usefully carry. ' +
    'Instance-hours count instances in service, booting and draining. A chart’s column shows the most that was needed in ' +
    'it and the least that served, so that nothing is averaged away; a violation of one minute is always drawn. Times are ' +
    'UTC.</footer>'
  );
}
