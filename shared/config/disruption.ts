import type { DisruptionPolicy } from '../domain/index.ts';
import { defined } from './defined.ts';
import type { FleetEntry } from './schema/index.ts';

/** How many instances may be out of work. */
export function disruptionOf(entry: NonNullable<FleetEntry['disruption']>): DisruptionPolicy {
  const { 'at-most': atMost, per, 'per-zone': perZone, causes, schedule } = entry;
  return {
    atMost,
    per,
    ...defined({
      perZone,
      causes: causes && defined(causes),
      schedule: schedule?.map(({ 'at-most': most, causes: some, ...recurring }) => ({
        ...recurring,
        atMost: most,
        ...defined({ causes: some }),
      })),
    }),
  };
}
