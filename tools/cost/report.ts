/** An estimate as a table for a terminal. */
import type { Assumption } from './assumptions.ts';
import type { Estimate, Line } from './estimate.ts';
import type { Hint } from './hints.ts';
import type { Levels } from './levels.ts';
import { LEVELS, sum } from './levels.ts';
import { isConfirmed } from './prices.ts';
import type { Usage } from './usage.ts';

/** Lines that never reach so many dollars are one line. */
const SMALL = 1;

export interface Report {
  /** What is priced: `web, stage dev, eu-central-1`. */
  readonly title: string;
  readonly estimate: Estimate;
  readonly usage: Usage;
  /** What of the usage the estimate rests on. */
  readonly assumptions: readonly Assumption[];
  readonly hints: readonly Hint[];
  /** Small lines too. */
  readonly isWhole: boolean;
}

export function reportText(report: Report): string {
  const { title, estimate, hints } = report;
  const { lines, total, notPriced } = estimate;
  return [
    `${title}: about $${whole(total.typical)} a month; $${whole(total.min)} at the least, $${whole(total.max)} at the most`,
    '',
    row('dollars a month', [...LEVELS], 'price', ''),
    ...circumstances(report),
    ...lineTexts(lines, report.isWhole),
    row('total', levelTexts(total), '', ''),
    '',
    'Assumed, and an option each:',
    ...assumed(report).map((line) => `  ${line}`),
    ...(notPriced.length === 0
      ? []
      : ['Not priced:', ...notPriced.map(({ item, why }) => `  ${item}: ${why}`)]),
    ...hints.map(({ text }) => `Hint: ${text}`),
    ...footnotes(lines),
    '',
  ].join('\n');
}

function circumstances({ estimate, usage, assumptions }: Report): string[] {
  const plain = (levels: Levels) => LEVELS.map((level) => levels[level].toLocaleString('en-US'));
  return [
    ...(estimate.instances.max > 0 ? [row('  with instances', plain(estimate.instances), '', '')] : []),
    ...(assumptions.includes('requests') ? [row('  and requests', plain(usage.requests), '', '')] : []),
  ];
}

/** The costliest first. */
function lineTexts(lines: readonly Line[], isWhole: boolean): string[] {
  const sorted = [...lines].sort((one, other) => other.dollars.typical - one.dollars.typical);
  const small = isWhole ? [] : sorted.filter(({ dollars }) => dollars.max < SMALL);
  const large = sorted.filter((line) => !small.includes(line));
  const rest = sum(small.map(({ dollars }) => dollars));
  return [
    ...large.map(lineText),
    ...(small.length === 0
      ? []
      : [row(`${small.length} lines below a dollar`, levelTexts(rest), '', '--all shows them')]),
  ];
}

function lineText({ item, dollars, price }: Line): string {
  const mark = isConfirmed(price) ? '' : '*';
  return row(item, levelTexts(dollars), `${price.usd}${mark}`, `per ${price.unit}`);
}

function levelTexts(levels: Levels): string[] {
  return LEVELS.map((level) => levels[level].toFixed(2));
}

function row(item: string, levels: readonly string[], price: string, unit: string): string {
  return `${item.padEnd(30)}${levels.map((text) => text.padStart(11)).join('')}${price.padStart(15)} ${unit}`.trimEnd();
}

function whole(dollars: number): string {
  return Math.round(dollars).toLocaleString('en-US');
}

function assumed({ estimate, usage, assumptions }: Report): string[] {
  const texts: Readonly<Record<Assumption, string>> = {
    requests: `${plural(usage.requests.typical, 'request')} a month (--requests) of ${usage.kbPerRequest} kB (--kb-per-request)`,
    storageGb: `${usage.storageGb} GB kept in each store (--storage-gb)`,
    natGb: `${usage.natGb} GB through NAT for each instance (--nat-gb)`,
    logGb: `${usage.logGb} GB into each log group (--log-gb)`,
    invocations: `${plural(usage.invocations.typical, 'event')} a month for each function (--invocations)`,
  };
  const varying = assumptions.some((name) => name === 'requests' || name === 'invocations');
  return [
    estimate.instances.max === 0
      ? 'no instances: the template creates none, and your own are not counted'
      : 'MinSize; the desired capacity and a quarter of what is above it; MaxSize (--min, --typical, --max)',
    ...assumptions.map((name) => texts[name]),
    ...(varying ? ['of requests and events a tenth at the least, tenfold at the most'] : []),
  ];
}

function plural(count: number, what: string): string {
  return `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`;
}

function footnotes(lines: readonly Line[]): string[] {
  const dates = lines.flatMap(({ price }) => price.seenIn[0]?.date ?? []).sort();
  const span = dates.length === 0 ? '' : `, last seen ${dates[0]} to ${dates.at(-1)}`;
  return [
    `List prices in dollars${span}, without taxes and discounts;`,
    'of free tiers it knows only the first 100 GB to the internet.',
    ...(lines.every(({ price }) => isConfirmed(price))
      ? []
      : ['* found in no copy of the list: check it on the service’s pricing page.']),
  ];
}
