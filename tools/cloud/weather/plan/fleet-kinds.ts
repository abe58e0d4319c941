import * as z from 'zod';
import { CAPACITY_CODES } from '../fleet/capacity-errors.ts';
import { count, duration, oneOf, patterns, probability, window } from './values.ts';

/** Which instances are meant: as many as `count` of those in service in a group that fit. */
const instances = {
  ...window,
  instance: patterns.optional(),
  group: patterns.optional(),
  zone: patterns.optional(),
  count: count.default(1),
};

const factor = { error: 'write a number from 1' };

/** What can happen to instances, and to those who want one. */
export const fleetKinds = [
  z.strictObject({ kind: z.literal('zone-outage'), ...window, zone: patterns }),
  z.strictObject({
    kind: z.literal('no-capacity'),
    ...window,
    probability,
    code: oneOf(CAPACITY_CODES),
    /** Instead of AWS's own words. */
    message: z.string().min(1).optional(),
    zone: patterns.optional(),
    instanceType: patterns.optional(),
    market: oneOf(['spot', 'on-demand']).optional(),
  }),
  z.strictObject({
    kind: z.literal('stuck-pending'),
    ...window,
    probability,
    zone: patterns.optional(),
    group: patterns.optional(),
  }),
  z.strictObject({ kind: z.literal('slow-launches'), ...window, factor: z.number(factor).min(1, factor) }),
  z.strictObject({
    kind: z.literal('reclaim'),
    ...instances,
    /** Two minutes before, as AWS does where it can. */
    warning: z.boolean({ error: 'write true or false' }).default(true),
  }),
  z.strictObject({ kind: z.literal('rebalance-recommendation'), ...instances }),
  z.strictObject({ kind: z.literal('scheduled-change'), ...instances, ahead: duration.prefault('14d') }),
  z.strictObject({ kind: z.literal('death'), ...instances }),
  z.strictObject({ kind: z.literal('impaired'), ...instances }),
  z.strictObject({ kind: z.literal('hang'), ...instances }),
  z.strictObject({
    kind: z.literal('new-image'),
    ...window,
    fault: oneOf(['never-ready', 'never-boots']).optional(),
    /** The public SSM parameter; without it, an image of each architecture is published. */
    parameter: z.string().min(1).optional(),
  }),
] as const;
