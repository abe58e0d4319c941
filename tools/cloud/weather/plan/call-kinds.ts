import * as z from 'zod';
import { servicePrefixes } from '../../wire/model/catalog.ts';
import { oneOf, patterns, probability, spread, window } from './values.ts';

const service = oneOf(servicePrefixes);

/** Which API calls are meant; what is left out matches all. */
const target = z
  .strictObject(
    {
      /** IAM's prefix: `autoscaling`, `ec2`, `elasticloadbalancing`. */
      service: z
        .union([service, z.array(service).min(1)], {
          error: `write one of ${servicePrefixes.join(', ')}, or a list of them`,
        })
        .transform((given) => (typeof given === 'string' ? [given] : given))
        .optional(),
      /** `Describe*` */
      operation: patterns.optional(),
      /** Name of the role that calls; then only roles are meant. */
      role: patterns.optional(),
      /** Functions, which call as roles, or whoever has the account's own keys. */
      caller: oneOf(['role', 'account']).optional(),
      /** A name, id or ARN anywhere in the call's input. */
      resource: patterns.optional(),
    },
    { error: 'write an object of service, operation, role, caller and resource' },
  )
  .default({});

const call = { ...window, probability, target };

/** What can happen to an API call. */
export const callKinds = [
  z.strictObject({ kind: z.literal('throttle'), ...call }),
  z.strictObject({
    kind: z.literal('error'),
    ...call,
    /** `InternalError` and `ServiceUnavailable` become the service's own; any other is sent as it is. */
    code: z.string().min(1).default('InternalError'),
    message: z.string().optional(),
    status: z
      .int({ error: 'write a status from 400 to 599' })
      .min(400, { error: 'write a status from 400 to 599' })
      .max(599, { error: 'write a status from 400 to 599' })
      .optional(),
  }),
  z.strictObject({ kind: z.literal('slow'), ...call, takes: spread }),
  z.strictObject({ kind: z.literal('lost-reply'), ...call }),
  z.strictObject({ kind: z.literal('refused'), ...call }),
  z.strictObject({ kind: z.literal('stale'), ...call, age: spread.prefault({ least: 0, most: 60 }) }),
] as const;

/** Which calls an entry means. */
export type CallTarget = z.output<typeof target>;
