import type { Decision, Group } from '../domain/index.ts';
import { explain } from '../policy/messages/decision.ts';
import type { Groups } from '../ports/index.ts';
import type { Outcome } from './outcome.ts';
import { busy, done } from './outcome.ts';

type ChangingGroups = Pick<Groups, 'named' | 'setDesired' | 'terminateAndDecrement'>;

/**
 * Does what was decided. Doing it twice ends the same: out, desired capacity is read again just before and never
 * lowered; in, each instance is named, and one that is gone already is not taken a second time.
 *
 * @param observed  the group as it was when the decision was made
 */
export async function carryOut(
  decision: Decision,
  observed: Group,
  groups: ChangingGroups,
): Promise<Outcome> {
  const facts = { action: decision.action, from: decision.from, to: decision.to };
  if (decision.isShadow || decision.action === 'hold') return done(explain(decision), facts);
  if (decision.action === 'scale-in') {
    const taken = await takeIn(decision.victims, groups);
    return taken === 'busy'
      ? busy(`${decision.group} is busy`)
      : done(explain(decision), { ...facts, taken });
  }
  const effect = await raise(decision, observed, groups);
  return effect === 'busy'
    ? busy(`${decision.group} is busy`)
    : done(explain(decision), { ...facts, effect });
}

/** @returns `gone` when the group is not the one that was observed, even if it bears the same name */
async function raise(
  { group, to }: Decision,
  observed: Group,
  groups: ChangingGroups,
): Promise<'done' | 'busy' | 'gone' | 'stands already'> {
  const current = await groups.named(group);
  if (current?.arn !== observed.arn) return 'gone';
  const desired = Math.min(to, current.max);
  return desired <= current.desired ? 'stands already' : groups.setDesired(group, desired);
}

/** @returns how many instances were taken in; `busy` when the very first could not be */
async function takeIn(victims: readonly string[], groups: ChangingGroups): Promise<number | 'busy'> {
  let taken = 0;
  for (const victim of victims) {
    const effect = await groups.terminateAndDecrement(victim);
    if (effect === 'busy' && taken === 0) return 'busy';
    // The group's minimum is reached, or something else works on it: what is left waits for the next decision.
    if (effect === 'refused' || effect === 'busy') break;
    if (effect === 'done') taken++;
  }
  return taken;
}
