import type { Fleet, Group } from '../../../shared/domain/index.ts';
import { fleetNameOf } from './account.ts';
import type { DrainView } from './present.ts';

/** Why an instance that leaves does not drain yet, by its lifecycle state. */
const BEFORE_ITS_DRAIN: Readonly<Record<string, string>> = {
  Terminating: 'its target groups to let it go; its drain begins after that',
  ReplacingRootVolume: 'its target groups to let it go; its drain begins after that',
  'Terminating:Wait': 'its drain to begin',
  'ReplacingRootVolume:Wait': 'its drain to begin',
};

/**
 * Instances of fleets that are on their way out and do not drain yet: their group has their target groups let them go
 * first, which takes a deregistration delay.
 *
 * @param draining ids of those that drain
 */
export function leaving(
  groups: readonly Group[],
  draining: ReadonlySet<string>,
  fleets: readonly Fleet[],
): readonly DrainView[] {
  return groups.flatMap((group) =>
    group.instances.flatMap(({ id, lifecycle }): DrainView[] => {
      const waitsFor = BEFORE_ITS_DRAIN[lifecycle];
      if (waitsFor === undefined || draining.has(id)) return [];
      const fleet = fleetNameOf(group, fleets) ?? '';
      return [{ instance: id, fleet, group: group.name, state: 'leaving', waitsFor: [waitsFor] }];
    }),
  );
}
