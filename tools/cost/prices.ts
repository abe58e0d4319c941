/** AWS's list prices, as far as the table beside this file has them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One price in one region. */
export interface Price {
  readonly usd: number;
  /** What it buys: `instance-hour`, `GB-month`. */
  readonly unit: string;
  /** The page that lists it. */
  readonly source: string;
  /** The day on which it was last read on a public page; null where it is from memory, and unconfirmed. */
  readonly seen: string | null;
}

interface Table {
  readonly compiled: string;
  readonly hoursAMonth: number;
  readonly prices: Readonly<
    Record<
      string,
      {
        readonly unit: string;
        readonly source: string;
        readonly prices: Readonly<Record<string, { readonly usd: number; readonly seen: string | null }>>;
      }
    >
  >;
}

export const TABLE = JSON.parse(readFileSync(join(import.meta.dirname, 'prices.json'), 'utf8')) as Table;

/** Hours in a month, as AWS's own calculator counts them. */
export const HOURS = TABLE.hoursAMonth;

/** Regions that the table knows. */
export const REGIONS = [
  ...new Set(Object.values(TABLE.prices).flatMap(({ prices }) => Object.keys(prices))),
].sort();

/** @returns undefined where the table has no such price for the region */
export function priceOf(key: string, region: string): Price | undefined {
  const entry = Object.hasOwn(TABLE.prices, key) ? TABLE.prices[key] : undefined;
  const price = entry && Object.hasOwn(entry.prices, region) ? entry.prices[region] : undefined;
  return entry && price && { ...price, unit: entry.unit, source: entry.source };
}
