import * as z from 'zod';
import { share, span } from '../quantities.ts';
import { signals } from './signals.ts';

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
              .prefault('50%')
              .describe('The most that caution may add, as a share of what is needed'),
          },
          { error: 'write { at-most: 50% }' },
        )
        .prefault({})
        .describe('The price of caution'),
      tolerance: share(0, 50)
        .prefault('10%')
        .describe('By how much of its target a signal may be off before capacity changes'),
      stabilisation: eachWay(span('0s', '1h'), '0s', '10m').describe(
        'How far back the lowest need (out) or the highest need (in) is looked for',
      ),
      cooldown: eachWay(span('0s', '1h'), '1m', '5m').describe(
        'The least time between two changes in the same direction',
      ),
      'warm-up': span('0s', '1h')
        .optional()
        .describe('How long a new instance counts as warming; the default is that of its group'),
      step: eachWay(share(1, 1000), '100%', '25%').describe(
        'The most that one change adds or takes, as a share of what stands; always at least one instance',
      ),
    },
    { error: 'write the policy by its keys: signals, tolerance, cooldown …' },
  )
  .prefault({})
  .describe('How many instances there should be');

export const shadow = scaling
  .unwrap()
  .optional()
  .describe(
    'A second policy beside scaling, whose keys it takes where it has none: recorded, never acted on',
  );
