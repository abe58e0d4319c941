/** What a template costs a month, line by line. */
import type { Resource, Template } from '../templates/model.ts';
import { FREE } from './free.ts';
import { groupSizes } from './instances.ts';
import type { Levels } from './levels.ts';
import { sum, times } from './levels.ts';
import { compute } from './lines/compute.ts';
import { controlPlane } from './lines/control-plane.ts';
import { network } from './lines/network.ts';
import { storage } from './lines/storage.ts';
import type { Price } from './prices.ts';
import { priceOf } from './prices.ts';
import type { Usage } from './usage.ts';

/** What a resource uses of something that has a price. */
export interface Use {
  /** What people call it: `NAT gateway hours`. */
  readonly item: string;
  /** Its key in the price table. */
  readonly price: string;
  /** In the price's units. */
  readonly quantity: Levels;
}

/** What a resource uses, or why that cannot be told. */
export type Uses = readonly (Use | { readonly item: string; readonly unknown: string })[];

export interface CostContext {
  readonly template: Template;
  readonly usage: Usage;
  /** Instances of each group, by its logical id. */
  readonly groups: ReadonlyMap<string, Levels>;
  /** Instances of all groups together. */
  readonly instances: Levels;
}

/** The uses of one resource of a type. */
export type Metering = (resource: Resource, context: CostContext) => Uses;

export interface Line {
  readonly item: string;
  readonly quantity: Levels;
  readonly price: Price;
  readonly dollars: Levels;
}

export interface Estimate {
  readonly lines: readonly Line[];
  readonly total: Levels;
  /** What has no price in the table, or whose use cannot be told: never counted as nothing. */
  readonly notPriced: readonly { readonly item: string; readonly why: string }[];
  /** Types that cost nothing, with why. */
  readonly free: readonly { readonly type: string; readonly why: string }[];
  readonly instances: Levels;
}

export const METERS: Readonly<Record<string, Metering>> = {
  ...compute,
  ...network,
  ...storage,
  ...controlPlane,
};

/** @param region whose prices are taken */
export function estimate(template: Template, usage: Usage, region: string): Estimate {
  const groups = groupSizes(template, usage.instances);
  const instances = sum([...groups.values()]);
  const context = { template, usage, groups, instances };
  const resources = [...template.resources.values()];
  const uses = resources.flatMap((resource) => meter(resource, context));
  const priced = uses.flatMap((use) =>
    'unknown' in use ? [] : [{ use, price: priceOf(use.price, region) }],
  );
  const lines = merged(priced.flatMap(({ use, price }) => (price === undefined ? [] : [lineOf(use, price)])));
  const unpriced = [
    ...uses.flatMap((use) => ('unknown' in use ? [{ item: use.item, why: use.unknown }] : [])),
    ...priced.flatMap(({ use, price }) =>
      price === undefined ? [{ item: use.item, why: `the table has no ${use.price} for ${region}` }] : [],
    ),
  ];
  const types = [...new Set(resources.map(({ type }) => type))].sort();
  return {
    lines,
    total: sum(lines.map(({ dollars }) => dollars)),
    notPriced: distinct(unpriced),
    free: types.flatMap((type) => (Object.hasOwn(FREE, type) ? [{ type, why: FREE[type] ?? '' }] : [])),
    instances,
  };
}

function meter(resource: Resource, context: CostContext): Uses {
  const { type, id } = resource;
  if (Object.hasOwn(FREE, type)) return [];
  const metering = Object.hasOwn(METERS, type) ? METERS[type] : undefined;
  return (
    metering?.(resource, context) ?? [
      { item: `${id} (${type})`, unknown: 'nothing is known of what it costs' },
    ]
  );
}

function lineOf({ item, quantity }: Use, price: Price): Line {
  return { item, quantity, price, dollars: times(quantity, price.usd) };
}

/** Lines of one item and one price are one. */
function merged(lines: readonly Line[]): readonly Line[] {
  const byItem = new Map<string, Line>();
  for (const line of lines) {
    const key = `${line.item} ${line.price.usd} ${line.price.unit}`;
    const before = byItem.get(key);
    const quantity = before === undefined ? line.quantity : sum([before.quantity, line.quantity]);
    byItem.set(key, { ...line, quantity, dollars: times(quantity, line.price.usd) });
  }
  return [...byItem.values()].filter(({ dollars }) => dollars.max > 0);
}

function distinct(all: Estimate['notPriced']): Estimate['notPriced'] {
  return [...new Map(all.map((one) => [`${one.item} ${one.why}`, one])).values()];
}
