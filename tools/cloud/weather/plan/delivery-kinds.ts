import * as z from 'zod';
import { duration, oneOf, patterns, probability, spread, window } from './values.ts';

/** How much later something comes that is late, or the second of two. */
const after = spread.prefault({ least: 1, most: 60 });
const fate = oneOf(['lost', 'doubled', 'late', 'shuffled']);

const chanced = { ...window, probability };

/** What can happen to events, messages, invocations and webhooks. */
export const deliveryKinds = [
  z.strictObject({
    kind: z.literal('event'),
    ...chanced,
    fate,
    after,
    /** `aws.autoscaling` */
    source: patterns.optional(),
    detailType: patterns.optional(),
  }),
  z.strictObject({
    kind: z.literal('delivery'),
    ...chanced,
    fate,
    after,
    /** ARN of the rule, schedule, topic or alarm that sends. */
    sender: patterns.optional(),
    /** ARN of what is sent to, or an endpoint. */
    target: patterns.optional(),
  }),
  z.strictObject({ kind: z.literal('message'), ...chanced, after, queue: patterns.optional() }),
  z.strictObject({ kind: z.literal('invocation'), ...chanced, after, function: patterns.optional() }),
  z.strictObject({
    kind: z.literal('webhook'),
    ...chanced,
    url: patterns.optional(),
    /** Without one, no answer comes and the connection is cut. */
    status: z
      .int({ error: 'write a status from 300 to 599' })
      .min(300, { error: 'write a status from 300 to 599' })
      .max(599, { error: 'write a status from 300 to 599' })
      .optional(),
    retryAfter: duration.optional(),
    takes: spread.prefault(0),
  }),
] as const;
