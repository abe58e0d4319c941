import type { Decision, Instant } from '../../domain/index.ts';
import { isLaunch } from './capacity.ts';
import type { World } from './world.ts';

/**
 * The changes of capacity that took effect, newest first. A change that was recorded, but never carried out
 * because the writer died in between, left desired capacity as it was: it must not start a cooldown.
 */
export function changesMade({ history, group }: World): readonly Decision[] {
  const changes = history.filter(({ action, isShadow }) => action !== 'hold' && !isShadow);
  const [newest, ...older] = changes;
  return newest?.from === group.desired ? older : changes;
}

/** When the number of serving instances last changed, as far as is known: samples before it mean other capacity. */
export function steadySince(world: World): Instant {
  const changed = changesMade(world)[0]?.at ?? 0;
  const launched = world.activities.find((activity) => isLaunch(activity) && activity.endedAt !== undefined);
  return Math.max(changed, launched?.endedAt ?? 0);
}
