import type { DrainPolicy, EventOf, Fleet, Instant, LifecycleAction, Skip } from '../domain/index.ts';
import type { Balancers, Clock, Commands, Durable, Groups, Hooks, Ledger, Outbox } from '../ports/index.ts';
import type { CommandProgress, Drain, DrainEnd } from '../policy/drain/progress.ts';
import { beginDrain, isOutOfRotation, judgeDrain } from '../policy/drain/progress.ts';
import { drainStory } from '../policy/drain/story.ts';
import { isHeartbeatDue } from '../policy/lifecycle/hook-clock.ts';
import { isWarmPoolLeg, standsInTermination } from '../policy/lifecycle/standing.ts';
import type { HookService } from './hook-service.ts';
import { hookServiceOf } from './hook-service.ts';
import { takeHookWork } from './hook-work.ts';
import type { Outcome } from './outcome.ts';
import { done, measured } from './outcome.ts';

export interface DrainPorts {
  readonly fleets: readonly Fleet[];
  readonly groups: Pick<Groups, 'named' | 'ofInstance' | 'complete' | 'heartbeat'>;
  readonly hooks: Hooks;
  readonly balancers: Balancers;
  readonly commands: Commands;
  readonly ledger: Pick<Ledger, 'claim' | 'disrupt'>;
  readonly outbox: Pick<Outbox, 'tell'>;
  readonly clock: Clock;
  readonly durable: Durable;
}

/** What of an instance's work is watched while it drains: found once, at the start. */
interface Watched {
  readonly targetGroupArns: readonly string[];
  readonly commandId: string | null;
}

/**
 * Lets an instance finish its work before its group terminates it: takes it out of whatever still sends it traffic,
 * runs the fleet's command on it, waits until it is idle or its time is up, and completes the hook once.
 *
 * The group itself deregisters the instance from its own target groups and waits for their delay before the hook
 * begins; what is left are registrations that the group does not own.
 */
export async function drainInstance(event: EventOf<'terminating'>, on: DrainPorts): Promise<Outcome> {
  const { action } = event;
  const { durable } = on;
  if (isWarmPoolLeg(action)) return durable.step('pass on', () => passOn(action, on));
  const begun = await durable.step('begin', () => begin(event, on));
  if (begun.kind === 'skip') return begun;
  const { fleet, first } = begun;
  const watched = await durable.step('stop work', () => stopWork(action, begun, on));
  const start = { ...first, ...commandAtStart(fleet.drain, watched) };
  const drain = await durable.poll<Drain>('drained', fleet.drain.every, start, async (state) => {
    const next = await look(state, watched, action, begun, on);
    return { done: next.end !== undefined, state: next };
  });
  return durable.step('conclude', () => conclude(drain, action, fleet, on));
}

/** To a warm pool and back nothing is terminated and nobody is served: the hook is let go at once. */
async function passOn(action: LifecycleAction, on: DrainPorts): Promise<Outcome> {
  const service = await hookServiceOf(action, on.fleets, on);
  if (service.kind === 'skip') return service;
  const answer = await on.groups.complete(action, 'CONTINUE');
  return done(`${action.instance} changes between group and warm pool`, { answer });
}

interface Begun extends HookService {
  readonly first: ReturnType<typeof beginDrain>;
  /** ARNs of target groups that send it traffic and are not its group's. */
  readonly foreign: readonly string[];
}

async function begin({ action, at }: EventOf<'terminating'>, on: DrainPorts): Promise<Begun | Skip> {
  const service = await takeHookWork('drain', action, ({ drain }) => drain.within, on);
  if (service.kind === 'skip') return service;
  const { fleet, group, times } = service;
  await noteDrain(action.instance, service, on);
  const registered = await on.balancers.targetGroupsOf(action.instance);
  return {
    ...service,
    first: beginDrain(on.clock.now(), at, fleet.drain.within, times),
    foreign: registered.filter((arn) => !group.targetGroupArns.includes(arn)),
  };
}

/** An instance that drains is out of work, whatever made it drain. */
async function noteDrain(instance: string, { fleet, group }: HookService, on: DrainPorts): Promise<void> {
  if (fleet.disruption === undefined) return;
  const found = await on.groups.named(group.name);
  const zone = found?.instances.find(({ id }) => id === instance)?.zone;
  const drained = { id: instance, ...(zone !== undefined && { zone }) };
  const disruption = { at: on.clock.now(), cause: 'drain', instances: [drained] } as const;
  await on.ledger.disrupt(fleet.name, instance, disruption);
}

/** Stops new work and starts the end of what is under way. */
async function stopWork(
  { instance }: LifecycleAction,
  { fleet, group, foreign }: Begun,
  on: DrainPorts,
): Promise<Watched> {
  for (const arn of foreign) await on.balancers.deregister(arn, instance);
  const { command } = fleet.drain;
  const commandId = command && (await on.commands.send(instance, command, 'Evenkeel drain'));
  return { targetGroupArns: [...group.targetGroupArns, ...foreign], commandId: commandId ?? null };
}

/** A command that cannot be run does not hold the drain up; it is told. */
function commandAtStart(
  policy: DrainPolicy,
  { commandId }: Watched,
): { command: CommandProgress; commandNote?: string } {
  if (policy.command === undefined) return { command: 'none' };
  if (commandId !== null) return { command: 'running' };
  return { command: 'none', commandNote: 'Its drain command could not be run: it does not take commands.' };
}

async function look(
  state: Drain,
  watched: Watched,
  action: LifecycleAction,
  { fleet, times }: HookService,
  on: DrainPorts,
): Promise<Drain> {
  const now = on.clock.now();
  const standing = standsInTermination((await on.groups.ofInstance(action.instance))?.lifecycle);
  const isDue =
    standing !== 'over' && isHeartbeatDue(state.heartbeatAt, state.deadline, fleet.drain.every, times, now);
  const isHookGone = isDue && (await on.groups.heartbeat(action)) === 'gone';
  const heartbeatAt: Instant = isDue ? now : state.heartbeatAt;
  const command = await followCommand(state, watched, action.instance, on.commands);
  const isIdle = fleet.drain.idle === 'none' || (await servesNobody(watched, action.instance, on.balancers));
  return judgeDrain(
    { ...state, ...command, heartbeatAt },
    { now, standing, isHookGone, isIdle },
    fleet.drain,
  );
}

async function followCommand(
  { command }: Drain,
  { commandId }: Watched,
  instance: string,
  commands: Commands,
): Promise<{ command: CommandProgress; commandNote?: string }> {
  if (command !== 'running' || commandId === null) return { command };
  const result = await commands.result(commandId, instance);
  switch (result.status) {
    case 'running':
    case 'succeeded':
      return { command: result.status };
    case 'failed':
      return { command: 'failed', commandNote: `Its drain command exited with ${result.exitCode}.` };
    case 'unreachable':
      return { command: 'failed', commandNote: `Its drain command was lost: ${result.reason}.` };
  }
}

/** Neither in rotation nor draining in any target group that has sent it requests. */
async function servesNobody(
  { targetGroupArns }: Watched,
  instance: string,
  balancers: Balancers,
): Promise<boolean> {
  for (const arn of targetGroupArns)
    if (!isOutOfRotation(await balancers.targetState(arn, instance))) return false;
  return true;
}

async function conclude(
  drain: Drain,
  action: LifecycleAction,
  fleet: Fleet,
  on: DrainPorts,
): Promise<Outcome> {
  const end: DrainEnd = drain.end ?? 'deadline';
  // Also for an instance that seems to be gone: a hook that still waits is let go, another answers so.
  const answer = await on.groups.complete(action, 'CONTINUE');
  await on.outbox.tell(drainStory(fleet, action, drain, end, on.clock.now()));
  const { command } = drain;
  const drained = done(`${action.instance} of ${fleet.name} drained: ${end}`, { end, answer, command });
  return measured(drained, [{ metric: 'Drains', value: 1, by: { fleet: fleet.name, end } }]);
}
