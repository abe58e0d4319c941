import * as z from 'zod';
import { share, span } from '../quantities.ts';
import { behaviour } from './behaviour.ts';
import { calendar } from './calendar.ts';
import { guards } from './guards.ts';
import { signals } from './signals.ts';

export const scaling = z
  .strictObject(
    {
      signals,
      violations: share(0.01, 20)
        .prefault('1%')
        .describe('The share of minutes that may exceed what the instances can usefully carry'),
      headroom: z
        .strictObject(
          {
            'at-most': share(0, 1000)
              .prefault('300%')
              .describe('The most that caution may add, as a share of what is expected to be needed'),
          },
          { error: 'write { at-most: 100% }' },
        )
        .prefault({})
        .describe('The price of caution'),
      'warm-up': span('0s', '1h')
        .optional()
        .describe('How long a new instance counts as warming; the default is that of its group'),
      ...behaviour,
      ...calendar,
      ...guards,
    },
    { error: 'write the policy by its keys: signals, floors, tolerance …' },
  )
  .refine(({ min = 0, max = Infinity }) => min <= max, {
    error: 'min must not be more than max',
    path: ['min'],
  })
  .prefault({})
  .describe('How many instances there should be');

export const shadow = scaling
  .unwrap()
  .optional()
  .describe(
    'A second policy beside scaling, whose keys it takes where it has none: recorded, never acted on',
  );
