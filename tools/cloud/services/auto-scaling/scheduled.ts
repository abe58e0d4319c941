import type { Group } from './model.ts';

/** Nothing scheduled of the group comes any more. */
export function cancelAll(group: Group): void {
  for (const action of group.scheduled.values()) action.cancel();
  group.scheduled.clear();
}
