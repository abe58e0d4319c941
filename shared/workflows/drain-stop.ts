import type { LifecycleAction } from '../domain/index.ts';
import { SECOND } from '../domain/index.ts';
import type { Balancers, Commands, Ledger } from '../ports/index.ts';
import type { DrainCommand } from '../policy/drain/command.ts';
import { commandSent, commandUnsent } from '../policy/drain/command.ts';
import type { Drain, Registrations } from '../policy/drain/progress.ts';
import { reasonOf } from '../policy/drain/evidence.ts';
import type { HookService } from './hook-service.ts';
import { sendOnce } from './send-once.ts';

export interface StopPorts {
  readonly balancers: Pick<Balancers, 'targetGroupsOf' | 'deregister'>;
  readonly commands: Commands;
  readonly ledger: Pick<Ledger, 'claim' | 'isClaimed'>;
}

/** The instance whose work is to stop, and whose it is. */
export interface Stopping {
  readonly action: LifecycleAction;
  readonly service: HookService;
}

/**
 * Stops new work and starts the end of what is under way, as far as that has not been done. It never throws: a load
 * balancer that does not answer keeps no command from being sent, and no hook from being answered in the end. What did
 * not succeed is tried again at the next look.
 */
export async function stopWork(
  drain: Drain,
  stopping: Stopping,
  on: StopPorts,
): Promise<Pick<Drain, 'foreign' | 'command'>> {
  const foreign = await leaveForeign(drain.foreign, stopping, on.balancers);
  return { foreign, command: await sendCommand(drain, stopping, on) };
}

/** Takes the instance out of target groups that its group does not own, as far as the fleet wants it and it is not out. */
export async function leaveForeign(
  foreign: Registrations,
  { action: { instance }, service: { fleet, group } }: Stopping,
  balancers: StopPorts['balancers'],
): Promise<Registrations> {
  const known = foreign.arns === undefined ? await foreignOf(instance, group, balancers) : foreign;
  if (fleet.drain.otherTargetGroups === 'leave' || known.arns === undefined) return known;
  const left: string[] = [];
  let why: string | undefined;
  for (const arn of foreign.left ?? known.arns)
    await balancers.deregister(arn, instance).catch((error: unknown) => {
      left.push(arn);
      why = reasonOf(error);
    });
  return { arns: known.arns, left, ...(why !== undefined && { why }) };
}

async function foreignOf(
  instance: string,
  { targetGroupArns }: HookService['group'],
  balancers: StopPorts['balancers'],
): Promise<Registrations> {
  try {
    const arns = await balancers.targetGroupsOf(instance);
    return { arns: arns.filter((arn) => !targetGroupArns.includes(arn)) };
  } catch (error) {
    return { why: reasonOf(error) };
  }
}

async function sendCommand(
  { command, startedAt, latest }: Drain,
  { action: { instance, token }, service }: Stopping,
  on: StopPorts,
): Promise<DrainCommand> {
  const { command: script } = service.fleet.drain;
  if (command.progress !== 'unsent' || script === undefined) return command;
  const mark = `Evenkeel drain ${token === '' ? startedAt : token}`;
  // Somebody may hold the instance beyond the fleet's own limit: the command may last as long as the hook.
  const mayTake = Math.ceil((latest - startedAt) / SECOND);
  try {
    return commandSent(await sendOnce(instance, script, mark, on, mayTake));
  } catch (error) {
    return commandUnsent(reasonOf(error));
  }
}
