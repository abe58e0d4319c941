import type { Decision, Instant } from '../../domain/index.ts';
import { MINUTE } from '../../domain/index.ts';
import { isLaunch } from './capacity.ts';
import type { World } from './world.ts';

/**
 * The changes of capacity that took effect, newest first. A change that was recorded, but never carried out
 * because the writer died in between, left desired capacity as it was: it must not start a cooldown.
 */
export function changesMade(world: World): readonly Decision[] {
  const changes = changesRecorded(world);
  return isUnfinished(changes[0], world) ? changes.slice(1) : changes;
}

function changesRecorded({ history }: World): readonly Decision[] {
  return history.filter(({ action, isShadow }) => action !== 'hold' && !isShadow);
}

function isUnfinished(newest: Decision | undefined, { group }: World): boolean {
  return newest?.from === group.desired;
}

/** As long as a writer that died may be tried again: Lambda does so twice, after one minute and after two more. */
const TRIED_AGAIN = 5 * MINUTE;

/** As long as scaling in may hold before it goes on with what was broken off between two instances. */
const GONE_ON_WITH = 30 * MINUTE;

/**
 * The id of the decision that was recorded and not carried out, or not to its end, where the same is decided again: then
 * it is one decision, which people are told of once.
 */
export function idOfSame(decision: Decision, world: World): string | undefined {
  const { action, to, at } = decision;
  const [last] = changesRecorded(world);
  if (last?.action !== action || last.to !== to) return undefined;
  const isSame = isUnfinished(last, world)
    ? at - last.at <= TRIED_AGAIN && last.victims.join() === decision.victims.join()
    : at - last.at <= GONE_ON_WITH && goesOn(decision, last, world);
  return isSame ? last.id : undefined;
}

/** Some of the instances that were to be taken in were, and the rest of them are now. */
function goesOn({ victims }: Decision, last: Decision, { group: { desired } }: World): boolean {
  const isBrokenOff = desired < last.from && desired > last.to;
  return isBrokenOff && victims.length > 0 && victims.every((victim) => last.victims.includes(victim));
}

/** When the number of serving instances last changed, as far as is known: samples before it mean other capacity. */
export function steadySince(world: World): Instant {
  const changed = changesMade(world)[0]?.at ?? 0;
  const launched = world.activities.find((activity) => isLaunch(activity) && activity.endedAt !== undefined);
  return Math.max(changed, launched?.endedAt ?? 0);
}
