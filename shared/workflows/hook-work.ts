import type { Fleet, LifecycleAction, Seconds, Skip } from '../domain/index.ts';
import type { Durable, Groups, Hooks, Ledger } from '../ports/index.ts';
import type { HookWork } from './hook-claim.ts';
import { claimHookWork } from './hook-claim.ts';
import type { HookService } from './hook-service.ts';
import { hookServiceOf } from './hook-service.ts';

export interface HookWorkPorts {
  readonly fleets: readonly Fleet[];
  readonly groups: Pick<Groups, 'named'>;
  readonly hooks: Hooks;
  readonly ledger: Pick<Ledger, 'claim'>;
  readonly durable: Durable;
}

/**
 * Takes a lifecycle action's work on for this execution: finds whose it is, and claims it. May be done twice.
 *
 * @param within how long the work may take
 */
export async function takeHookWork(
  work: HookWork,
  action: LifecycleAction,
  within: (fleet: Fleet) => Seconds,
  { fleets, groups, hooks, ledger, durable }: HookWorkPorts,
): Promise<HookService | Skip> {
  const service = await hookServiceOf(action, fleets, { groups, hooks });
  if (service.kind === 'skip') return service;
  const claim = await claimHookWork(work, action, durable.execution, within(service.fleet), ledger);
  return claim === 'claimed' ? service : claim;
}
