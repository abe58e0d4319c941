import * as z from 'zod';
import { share, span } from '../quantities.ts';

/** Two values, one for scaling out and one for scaling in. */
function eachWay<Value extends z.ZodType<unknown, string>>(value: Value, out: string, into: string) {
  return z
    .strictObject(
      {
        out: value.prefault(out as z.input<Value>).describe('For scaling out'),
        in: value.prefault(into as z.input<Value>).describe('For scaling in'),
      },
      { error: `write both, such as { out: ${out}, in: ${into} }` },
    )
    .prefault({});
}

const TOLERANCE_ERROR = 'write a percentage from 0% to 50%, such as 10%';

const tolerance = z
  .union(
    [
      share(0, 50),
      z.strictObject({
        out: share(0, 50).prefault('10%').describe('Above the target'),
        in: share(0, 50).prefault('10%').describe('Below the target'),
      }),
    ],
    { error: TOLERANCE_ERROR },
  )
  .prefault('10%');

const instances = z
  .int({ error: 'write a number of instances, such as 4' })
  .min(1, { error: 'write a number of instances, such as 4' });

const limit = z
  .strictObject(
    {
      instances: instances.optional().describe('So many instances'),
      percent: share(1, 1000).optional().describe('Such a share of what stood when the period began'),
      per: span('15s', '1h').describe('The period'),
    },
    { error: 'write a limit such as { instances: 4, per: 1m } or { percent: 100%, per: 1m }' },
  )
  .refine(({ instances: some, percent }) => (some === undefined) !== (percent === undefined), {
    error: 'give exactly one of instances and percent',
  });

const rate = z
  .strictObject(
    {
      limits: z
        .array(limit, { error: 'write a list of limits, such as [{ instances: 4, per: 1m }]' })
        .prefault([])
        .describe('How much capacity may change within a period'),
      select: z
        .enum(['max', 'min', 'disabled'], { error: 'write max, min or disabled' })
        .prefault('max')
        .describe('max: the widest limit holds; min: the narrowest; disabled: no change in this direction'),
    },
    { error: 'write limits, such as { limits: [{ instances: 4, per: 1m }], select: max }' },
  )
  .refine(({ limits, select }) => limits.length > 0 || select === 'disabled', {
    error: 'give a limit, such as { instances: 4, per: 1m }, or select: disabled',
    path: ['limits'],
  })
  .optional();

const bound = (least: number, error: string) => z.int({ error }).min(least, { error }).optional();

/** How capacity moves, for those who want to say it themselves. */
export const behaviour = {
  tolerance: tolerance.describe('By how much of its target a signal may be off before capacity changes'),
  stabilisation: eachWay(span('0s', '1h'), '0s', '10m').describe(
    'How far back the lowest need (out) or the highest need (in) is looked for',
  ),
  cooldown: eachWay(span('0s', '1h'), '1m', '5m').describe(
    'The least time between two changes in the same direction',
  ),
  step: eachWay(share(1, 1000), '100%', '25%').describe(
    'The most that one change adds or takes, as a share of what stands; at least one instance, and from zero any number',
  ),
  rate: z
    .strictObject(
      {
        out: rate.describe('For scaling out'),
        in: rate.describe('For scaling in'),
      },
      { error: 'write { out: …, in: … } with limits each' },
    )
    .optional()
    .describe('How fast capacity may change, whatever asks for it; without it as fast as it takes'),
  min: bound(0, 'write the least number of instances, such as 2').describe(
    "The least capacity, within the group's own bounds",
  ),
  max: bound(1, 'write the most instances, such as 20').describe(
    "The most capacity, within the group's own bounds",
  ),
  'by-hand': span('0s', '6h')
    .prefault('30m')
    .describe('How long capacity that a person sets is kept; 0s lets the signals decide at once'),
  fallback: z
    .strictObject(
      {
        instances: instances.describe('How many instances there should be at least'),
        after: span('5m', '1h').prefault('10m').describe('For how long no signal has had data'),
      },
      { error: 'write { instances: 6, after: 10m }' },
    )
    .optional()
    .describe('The least capacity while nothing is known of the load'),
};
