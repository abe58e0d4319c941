import * as z from 'zod';
import { name } from './text.ts';

const signal = z
  .strictObject(
    {
      metric: z
        .enum(['alb-requests-per-target', 'cpu'], { error: 'write alb-requests-per-target or cpu' })
        .describe('alb-requests-per-target: requests a minute that each target serves; cpu: percent'),
      target: z
        .number({ error: 'write a number above 0' })
        .positive({ error: 'write a number above 0' })
        .optional()
        .describe('The value that each instance should have: capacity follows it in proportion'),
      useful: z
        .union([z.literal('learn'), z.number().positive()], { error: 'write a number above 0, or learn' })
        .optional()
        .describe('The most that an instance can usefully carry; learn: found in the metrics themselves'),
    },
    { error: 'write a metric and what an instance can carry, such as { metric: cpu, useful: 60 }' },
  )
  .refine(({ target, useful }) => (target === undefined) !== (useful === undefined), {
    error: 'give exactly one of useful and target',
  });

/** A fleet's signals by their names. */
export const signals = z
  .record(name, signal, { error: 'write names with a metric and a target each' })
  .refine((named) => Object.keys(named).length > 0, { error: 'name at least one signal' })
  .prefault({ cpu: { metric: 'cpu', target: 60 } })
  .describe('Metrics and what each instance should show. Out when any asks for it, in when all do');
