/**
 * What fleets.yml may say. The same schema checks the file when it is deployed and when a function starts, and is
 * written out as fleets.schema.json for editors. Each `error` says how to mend what is wrong.
 */
import * as z from 'zod';
import { admission } from './admission.ts';
import { adopt } from './adopt.ts';
import { disruption } from './disruption.ts';
import { drain } from './drain.ts';
import { image } from './image.ts';
import { notify } from './notify.ts';
import { protect } from './protect.ts';
import { scaling, shadow } from './scaling.ts';
import { name } from './text.ts';

const fleet = z.strictObject(
  {
    adopt,
    mode: z
      .enum(['active', 'shadow', 'forecast-only', 'paused'], {
        error: 'write active, shadow, forecast-only or paused',
      })
      .prefault('active')
      .describe(
        'active acts; shadow decides and records only; forecast-only records what it expects; paused does nothing',
      ),
    scaling,
    shadow,
    admission,
    drain,
    image,
    disruption,
    protect,
  },
  { error: 'write the fleet by its keys: adopt, mode, scaling …' },
);

/** fleets.yml as a whole. */
export const fleetsSchema = z.strictObject(
  {
    notify,
    fleets: z
      .record(name, fleet, { error: 'write fleets by their names' })
      .refine((fleets) => Object.keys(fleets).length > 0, { error: 'name at least one fleet' })
      .describe('The fleets, by name'),
  },
  { error: 'write the keys notify and fleets' },
);

/** fleets.yml once it is parsed. */
export type FleetsFile = z.output<typeof fleetsSchema>;
export type FleetEntry = z.output<typeof fleet>;
