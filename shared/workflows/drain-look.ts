import type { DrainPolicy, Instant, LifecycleAction, Seconds } from '../domain/index.ts';
import { SECOND } from '../domain/index.ts';
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
  const [{ standing, isWell }, { lost: noted, ...ordered }] = await Promise.all([
    standingOf(action, on),
    attempt<DrainOrders>(() => on.drains.note(progressOf(state, draining)), {}),
  ]);
  const { askedAt, ...loss } = await lossOf(state, isWell, noted, action, on);
  const orders = { ...ordered, ...loss };
  const beat = await keepHook(state, standing, draining, orders, on);
  const command = await followCommand(state.command, action.instance, on.commands);
  const stopped = await stopWork({ ...state, command }, draining, on);
  const seen = await seeAll(policy, { ...state, ...stopped }, draining, on);
  const looked = { now, standing, isHookGone: beat === 'gone', orders, ...stopped, seen };
  const heartbeatAt = beat === 'done' ? now : state.heartbeatAt;
  return judgeDrain({ ...state, askedAt, heartbeatAt }, looked, policy);
}

/** What is not done is done at the next look. */
async function attempt<Value>(work: () => Promise<Value>, otherwise: Value): Promise<Value> {
  try {
    return await work();
  } catch {
    return otherwise;
  }
}

/** Where the group has it, and whether the group takes it for well. */
async function standingOf(
  { instance, group }: LifecycleAction,
  { groups }: DrainLookPorts,
): Promise<{ standing: Standing; isWell: boolean }> {
  return attempt(
    async () => {
      const seen = await groups.ofInstance(instance, group);
      return { standing: standsInTermination(seen?.lifecycle), isWell: seen?.isHealthy !== false };
    },
    { standing: 'stands', isWell: true },
  );
}

/** A group goes on waiting for an instance that has ended, and the notice of its end may have been lost. */
const ASK_EC2_EVERY: Seconds = 60;

interface Loss {
  /** The state in which EC2 has it, where it runs no more. */
  readonly lost?: string;
  readonly askedAt: Instant | undefined;
}

/**
 * Whether the instance has stopped running. EC2 is asked where its group takes it for unwell, where its loss was noted,
 * and now and then: what was noted may be of days ago, and stopped and started again an instance is drained like any other.
 */
async function lossOf(
  { startedAt, askedAt }: Drain,
  isWell: boolean,
  noted: string | undefined,
  { instance }: LifecycleAction,
  { instances, clock }: DrainLookPorts,
): Promise<Loss> {
  const now = clock.now();
  const isDue = now - (askedAt ?? startedAt) >= ASK_EC2_EVERY * SECOND;
  if (isWell && noted === undefined && !isDue) return { askedAt };
  return attempt<Loss>(
    async () => {
      const state = await instances.state(instance);
      const lost = state === undefined ? noted : isLeavingWork(state) ? (noted ?? state) : undefined;
      return { askedAt: now, ...(lost !== undefined && { lost }) };
    },
    { askedAt },
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
