import * as z from 'zod';
import { share, span } from '../quantities.ts';
import { cron, lasting, zone } from './calendar.ts';

const AMOUNT_ERROR = 'write a percentage from 0% to 100%, such as 20%, or a number of instances, such as 2';

/** `20%` of the instances, or so many of them. */
export const amount = z.union(
  [
    share(0, 100).transform((part) => ({ share: part })),
    z
      .int({ error: AMOUNT_ERROR })
      .min(0, { error: AMOUNT_ERROR })
      .transform((instances) => ({ instances })),
  ],
  { error: AMOUNT_ERROR },
);

const CAUSES = ['scale-in', 'refresh', 'drain', 'interruption'] as const;

const window = z.strictObject(
  {
    from: cron.describe('When it begins: cron in six fields as AWS has it, or in five'),
    for: lasting,
    zone,
    'at-most': amount.describe('The limit meanwhile; 0 lets nothing through'),
    causes: z
      .array(z.enum(CAUSES, { error: `write some of ${CAUSES.join(', ')}` }), {
        error: `write a list of some of ${CAUSES.join(', ')}`,
      })
      .min(1, { error: `write some of ${CAUSES.join(', ')}` })
      .optional()
      .describe('Which causes it binds, each by itself; without it all of them together'),
  },
  { error: "write when, how long and how many: { from: '0 9 ? * MON-FRI *', for: 8h, at-most: 10% }" },
);

export const disruption = z
  .strictObject(
    {
      'at-most': amount.describe(
        'How many instances may be taken out of work within the period; a share lets one through at least',
      ),
      per: span('1m', '7d').prefault('1h').describe('The period, which slides'),
      'per-zone': amount.optional().describe('How many of the instances of each zone'),
      causes: z
        .strictObject(
          Object.fromEntries(
            CAUSES.map((cause) => [cause, amount.optional().describe(`Of ${cause} alone`)]),
          ) as Record<(typeof CAUSES)[number], z.ZodOptional<typeof amount>>,
          { error: 'write limits by cause, such as { refresh: 10% }' },
        )
        .optional()
        .describe('Narrower limits of single causes'),
      schedule: z
        .array(window, { error: 'write a list of windows, each with from, for and at-most' })
        .optional()
        .describe('Narrower limits at times that come again'),
    },
    { error: 'write a budget such as { at-most: 20%, per: 1h, per-zone: 34% }' },
  )
  .optional()
  .describe(
    'How many instances may be out of work by scaling in, refreshes, drains and interruptions; without it no limit',
  );
