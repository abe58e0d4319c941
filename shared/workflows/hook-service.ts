import type { Fleet, Group, LifecycleAction, Skip } from '../domain/index.ts';
import { isWatched, skip } from '../domain/index.ts';
import type { Groups, Hooks } from '../ports/index.ts';
import { fleetOfGroup } from '../policy/adoption.ts';
import type { HookTimes } from '../policy/lifecycle/hook-clock.ts';

/** What serving a lifecycle action takes: found once, at the start. */
export interface HookService {
  readonly kind: 'service';
  readonly fleet: Fleet;
  readonly group: Pick<Group, 'name' | 'targetGroupArns'>;
  readonly times: HookTimes;
}

/** What AWS gives a hook that names no timeout of its own. */
const AWS_DEFAULT_TIMES: HookTimes = { heartbeatTimeout: 3600, globalTimeout: 172_800 };

/**
 * Finds whose an action is. A paused fleet's hooks are served as well: an instance left standing there would end by
 * the hook's default result, which is a change to the fleet. A watched fleet's are left to whoever manages it.
 */
export async function hookServiceOf(
  action: LifecycleAction,
  fleets: readonly Fleet[],
  on: { readonly groups: Pick<Groups, 'named'>; readonly hooks: Hooks },
): Promise<HookService | Skip> {
  const group = await on.groups.named(action.group);
  if (group === undefined) return skip('STALE', `there is no group ${action.group}`);
  const fleet = fleetOfGroup(group, fleets);
  if (fleet === undefined) return skip('NOT_OURS', `group ${group.name} belongs to no fleet`);
  if (isWatched(fleet)) return skip('NOT_OURS', `fleet ${fleet.name} is in ${fleet.mode} mode`);
  const hook = (await on.hooks.of(group.name)).find(({ name }) => name === action.hook);
  const { heartbeatTimeout, globalTimeout } = hook ?? AWS_DEFAULT_TIMES;
  return {
    kind: 'service',
    fleet,
    group: { name: group.name, targetGroupArns: group.targetGroupArns },
    times: { heartbeatTimeout, globalTimeout },
  };
}
