/** An estimate as a table for a terminal. */
import type { Estimate, Line } from './estimate.ts';
import type { Hint } from './hints.ts';
import type { Levels } from './levels.ts';
import { LEVELS } from './levels.ts';
import { TABLE } from './prices.ts';
import type { Usage } from './usage.ts';

export interface Report {
  /** What is priced: `web, stage dev, eu-central-1`. */
  readonly title: string;
  readonly estimate: Estimate;
  readonly usage: Usage;
  readonly hints: readonly Hint[];
}

export function reportText({ title, estimate, usage, hints }: Report): string {
  const { lines, total, notPriced } = estimate;
  const sorted = [...lines].sort((one, other) => other.dollars.typical - one.dollars.typical);
  const isFromMemory = lines.some(({ price }) => price.seen === null);
  return [
    `${title}: dollars a month`,
    '',
    row('', [...LEVELS], 'price', ''),
    ...sorted.map(lineText),
    row('total', levelTexts(total), '', ''),
    '',
    `For ${rangeText(estimate.instances)} instances and, as options say:`,
    ...assumptions(usage).map((line) => `  ${line}`),
    ...(notPriced.length === 0
      ? []
      : ['Not priced:', ...notPriced.map(({ item, why }) => `  ${item}: ${why}`)]),
    ...hints.map(({ text }) => `Hint: ${text}`),
    `List prices in dollars, without taxes, discounts and free tiers; table compiled ${TABLE.compiled}.` +
      (isFromMemory ? ' * from memory, not confirmed: check on the service’s pricing page.' : ''),
    '',
  ].join('\n');
}

function lineText({ item, dollars, price }: Line): string {
  const mark = price.seen === null ? '*' : '';
  return row(item, levelTexts(dollars), `${price.usd}${mark}`, `per ${price.unit}`);
}

function levelTexts(levels: Levels): string[] {
  return LEVELS.map((level) => levels[level].toFixed(2));
}

function row(item: string, levels: readonly string[], price: string, unit: string): string {
  return `${item.padEnd(32)}${levels.map((text) => text.padStart(11)).join('')}${price.padStart(14)} ${unit}`.trimEnd();
}

function rangeText(levels: Levels): string {
  return LEVELS.map((level) => levels[level].toLocaleString('en-US')).join(' / ');
}

function assumptions({ requests, kbPerRequest, storageGb, natGb, logGb, invocations }: Usage): string[] {
  return [
    `${rangeText(requests)} requests a month (--requests), ${kbPerRequest} kB each (--kb-per-request)`,
    `${storageGb} GB kept by the application in each store (--storage-gb)`,
    `${natGb} GB through NAT for each instance (--nat-gb), ${logGb} GB into each log group (--log-gb)`,
    `${rangeText(invocations)} invocations of each function beside the ticks (--invocations)`,
  ];
}
