/** AWS's list prices, as far as the table beside this file has them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A public copy of AWS's list, or of a part of it. */
export interface Copy {
  /** As precisely as the copy tells it: a day, a month or a year; null where it tells nothing. */
  readonly date: string | null;
  readonly what: string;
  /** Where it was, if it has an address. */
  readonly at?: string;
}

/** One price in one region. */
export interface Price {
  readonly usd: number;
  /** What it buys: `instance-hour`, `GB-month`. */
  readonly unit: string;
  /** The page that lists it. */
  readonly source: string;
  /** The copies in which it was read, newest first; none where it is from memory or reckoned from a neighbour. */
  readonly seenIn: readonly Copy[];
}

interface Figure {
  readonly usd: number;
  /** Keys of `copies`. */
  readonly in: readonly string[];
}

interface Table {
  readonly compiled: string;
  readonly hoursAMonth: number;
  readonly copies: Readonly<Record<string, Copy>>;
  readonly prices: Readonly<
    Record<
      string,
      { readonly unit: string; readonly source: string; readonly prices: Readonly<Record<string, Figure>> }
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
  const figure = entry && Object.hasOwn(entry.prices, region) ? entry.prices[region] : undefined;
  if (entry === undefined || figure === undefined) return undefined;
  const seenIn = figure.in.flatMap((name) => TABLE.copies[name] ?? []);
  return { usd: figure.usd, unit: entry.unit, source: entry.source, seenIn };
}

/** Whether it was read in a copy of AWS's list. */
export function isConfirmed({ seenIn }: Price): boolean {
  return seenIn.length > 0;
}
