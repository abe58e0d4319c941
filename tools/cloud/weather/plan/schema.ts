import * as z from 'zod';
import { servicePrefixes } from '../../wire/model/catalog.ts';
import { callKinds } from './call-kinds.ts';
import { deliveryKinds } from './delivery-kinds.ts';
import { fleetKinds } from './fleet-kinds.ts';
import { count, oneOf, patterns } from './values.ts';

const kinds = [...callKinds, ...fleetKinds, ...deliveryKinds] as const;

/** One thing that goes wrong, and when. */
export const entrySchema = z.discriminatedUnion('kind', kinds, {
  error: `write an object whose kind is one of ${kinds.map(({ shape }) => shape.kind.value).join(', ')}`,
});

const refill = { error: 'write a number above 0' };

const limit = z.strictObject({
  service: oneOf(servicePrefixes),
  /** Which operations share the bucket; without it, all of the service. */
  operation: patterns.optional(),
  /** Tokens that it holds at most. */
  burst: count,
  /** Tokens a second. */
  refill: z.number(refill).positive(refill),
});

export const planSchema = z.strictObject(
  {
    /** Token buckets that come before AWS's own: the first that fits a call counts. */
    limits: z
      .union([z.literal('none'), z.array(limit)], { error: 'write "none" or a list of limits' })
      .optional(),
    /** Whose calls take tokens; those of roles alone, unless said. */
    limited: oneOf(['roles', 'everyone']).optional(),
    entries: z.array(entrySchema, { error: 'write a list of entries' }).default([]),
  },
  { error: 'write an object of limits, limited and entries' },
);

export type Entry = z.output<typeof entrySchema>;
/** An entry as it is written. */
export type EntryInput = z.input<typeof entrySchema>;
export type Kind = Entry['kind'];
export type EntryOf<K extends Kind> = Extract<Entry, { kind: K }>;
export type Plan = z.output<typeof planSchema>;
/** A plan as it is written. */
export type PlanInput = z.input<typeof planSchema>;
export type Limit = z.output<typeof limit>;
