import type { DrainPolicy, LifecycleAction } from '../domain/index.ts';
import type { Clock, Drains, Groups, Instances } from '../ports/index.ts';
import type { DrainCommand } from '../policy/drain/command.ts';
import { commandAfter } from '../policy/drain/command.ts';
import { pauseAfter } from '../policy/drain/pace.ts';
import type { Drain, DrainOrders } from '../policy/drain/progress.ts';
import { judgeDrain, waitsFor } from '../policy/drain/progress.ts';
import { isLeavingWork } from '../policy/interruption/loss.ts';
import { isHeartbeatDue } from '../policy/lifecycle/hook-clock.ts';
import type { Standing } from '../policy/lifecycle/standing.ts';
import { standsInTermination } from '../policy/lifecycle/standing.ts';
import type { EvidencePorts } from './drain-evidence.ts';
import { seeEvidence } from './drain-evidence.ts';
import type { Stopping, StopPorts } from './drain-stop.ts';
import { stopWork } from './drain-stop.ts';

export interface DrainLookPorts extends EvidencePorts, StopPorts {
  readonly groups: Pick<Groups, 'ofInstance' | 'heartbeat'>;
  readonly instances: Pick<Instances, 'state'>;
  readonly balancers: EvidencePorts['balancers'] & StopPorts['balancers'];
  readonly commands: StopPorts['commands'];
  readonly drains: Pick<Drains, 'note'>;
  readonly clock: Clock;
}

/** The drain that is looked at. */
export interface Draining extends Stopping {
  readonly execution: string;
}

/**
 * One look at a draining instance: it stops what still goes on of new work, and sees what is left of the old. Nothing of
 * it is worth failing for: what cannot be read shows nothing, what cannot be done is done at the next look, and at the
 * deadline the instance is let go whatever was seen.
 */
export async function lookAtDrain(state: Drain, draining: Draining, on: DrainLookPorts): Promise<Drain> {
  const { action, service } = draining;
  const { drain: policy } = service.fleet;
  const now = on.clock.now();
  const [{ standing, lost }, ordered] = await Promise.all([
    standingOf(action, on),
    attempt(() => on.drains.note(progressOf(state, draining)), {}),
  ]);
  const orders = lost === undefined ? await checked(ordered, action, on) : { ...ordered, lost };
  const beat = await keepHook(state, standing, draining, orders, on);
  const command = await followCommand(state.command, action.instance, on.commands);
  const stopped = await stopWork({ ...state, command }, draining, on);
  const seen = await seeAll(policy, { ...state, ...stopped }, draining, on);
  const looked = { now, standing, isHookGone: beat === 'gone', orders, ...stopped, seen };
  return judgeDrain(beat === 'done' ? { ...state, heartbeatAt: now } : state, looked, policy);
}

/** What is not done is done at the next look. */
async function attempt<Value>(work: () => Promise<Value>, otherwise: Value): Promise<Value> {
  try {
    return await work();
  } catch {
    return otherwise;
  }
}

/**
 * What has been said of its loss may be of days ago: stopped and started again, an instance is drained like any other.
 * That it still is lost has to be seen.
 */
async function checked(
  { lost, ...orders }: DrainOrders,
  { instance }: LifecycleAction,
  { instances }: DrainLookPorts,
): Promise<DrainOrders> {
  if (lost === undefined) return orders;
  return attempt(async () => {
    const state = await instances.state(instance);
    return state === undefined || isLeavingWork(state) ? { ...orders, lost } : orders;
  }, orders);
}

/** EC2 is asked only after an instance of which the group itself has said that it is not well. */
async function standingOf(
  { instance, group }: LifecycleAction,
  on: DrainLookPorts,
): Promise<{ standing: Standing; lost?: string }> {
  return attempt(
    async () => {
      const seen = await on.groups.ofInstance(instance, group);
      const standing = standsInTermination(seen?.lifecycle);
      if (seen?.isHealthy !== false) return { standing };
      const state = await on.instances.state(instance);
      return state !== undefined && isLeavingWork(state) ? { standing, lost: state } : { standing };
    },
    { standing: 'stands' as const },
  );
}

/** Heartbeats are sent while they are worth their call, and for as long as a person holds the instance. */
async function keepHook(
  state: Drain,
  standing: Standing,
  { action, service: { fleet, times } }: Draining,
  { isHeld, isLetGo, lost }: DrainOrders,
  on: DrainLookPorts,
): Promise<'done' | 'gone' | 'spared'> {
  if (standing === 'over' || isLetGo === true || lost !== undefined) return 'spared';
  const until = isHeld === true ? state.latest : state.deadline;
  const pause = pauseAfter(state, fleet.drain, times);
  if (!isHeartbeatDue(state.heartbeatAt, until, pause, times, on.clock.now())) return 'spared';
  return attempt(() => on.groups.heartbeat(action), 'spared');
}

async function followCommand(
  command: DrainCommand,
  instance: string,
  commands: Pick<StopPorts['commands'], 'result'>,
): Promise<DrainCommand> {
  const { progress, id } = command;
  if (progress !== 'running' || id === undefined) return command;
  return attempt(async () => commandAfter(command, await commands.result(id, instance)), command);
}

function seeAll(
  { idle }: DrainPolicy,
  { seen, command, foreign: { arns = [] } }: Drain,
  { action, service: { group } }: Draining,
  on: DrainLookPorts,
) {
  const hasCommandSucceeded = command.progress === 'succeeded';
  const targetGroupArns = [...group.targetGroupArns, ...arns];
  const subject = { instance: action.instance, targetGroupArns, hasCommandSucceeded };
  return Promise.all(
    idle.map((evidence, index) => seeEvidence(evidence, subject, seen[index], on.clock.now(), on)),
  );
}

/** How far it is, for whoever asks. */
export function progressOf(drain: Drain, { action, service, execution }: Draining) {
  const { progress, exitCode, output } = drain.command;
  return {
    instance: action.instance,
    fleet: service.fleet.name,
    group: action.group,
    execution,
    startedAt: drain.startedAt,
    lookedAt: drain.lookedAt,
    deadline: drain.deadline,
    latest: drain.latest,
    waitsFor: drain.end === undefined ? waitsFor(drain) : [],
    ...(drain.end !== undefined && { end: drain.end }),
    ...(progress !== 'none' && {
      command: {
        progress,
        ...(exitCode !== undefined && { exitCode }),
        ...(output !== undefined && { output }),
      },
    }),
  };
}
