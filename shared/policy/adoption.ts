import type { Fleet, Group } from '../domain/index.ts';

/** The fleet that a group is under management of, by its tag or its name; undefined for a group that is not ours. */
export function fleetOfGroup(
  group: Pick<Group, 'name' | 'tags'>,
  fleets: readonly Fleet[],
): Fleet | undefined {
  return fleets.find(({ adopt }) =>
    'group' in adopt ? adopt.group === group.name : group.tags[adopt.tag.key] === adopt.tag.value,
  );
}
