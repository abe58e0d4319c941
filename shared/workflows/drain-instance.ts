import type { EventOf, Instant, LifecycleAction, Skip } from '../domain/index.ts';
import { disrupted } from '../domain/index.ts';
import type {
  Balancers,
  Clock,
  CloudMap,
  Commands,
  Drains,
  Durable,
  Groups,
  Hooks,
  Ledger,
  Outbox,
} from '../ports/index.ts';
import { commandAtStart } from '../policy/drain/command.ts';
import { pauseAfter } from '../policy/drain/pace.ts';
import type { Drain, DrainEnd } from '../policy/drain/progress.ts';
import { beginDrain, isFinished, isLeft, isStuck } from '../policy/drain/progress.ts';
import { drainStory } from '../policy/drain/story.ts';
import { isWarmPoolLeg } from '../policy/lifecycle/standing.ts';
import type { DrainLookPorts, Draining } from './drain-look.ts';
import { lookAtDrain, progressOf } from './drain-look.ts';
import { leaveForeign } from './drain-stop.ts';
import type { HookService } from './hook-service.ts';
import { hookServiceOf } from './hook-service.ts';
import type { HookWorkPorts } from './hook-work.ts';
import { takeHookWork } from './hook-work.ts';
import type { Outcome } from './outcome.ts';
import { done, measured } from './outcome.ts';

export interface DrainPorts extends DrainLookPorts, HookWorkPorts {
  readonly groups: Pick<Groups, 'named' | 'ofInstance' | 'complete' | 'heartbeat'>;
  readonly hooks: Hooks;
  readonly balancers: Balancers;
  readonly cloudMap: CloudMap;
  readonly commands: Commands;
  readonly ledger: Pick<Ledger, 'claim' | 'isClaimed' | 'disrupt'>;
  readonly drains: Pick<Drains, 'note'>;
  readonly outbox: Pick<Outbox, 'tell'>;
  readonly clock: Clock;
  readonly durable: Durable;
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
  const { fleet, times, first } = begun;
  const draining: Draining = { action, service: begun, execution: durable.execution };
  const drain = await durable.poll<Drain>(
    'drained',
    (state) => pauseAfter(state, fleet.drain, times),
    first,
    async (state) => {
      const next = await lookAtDrain(state, draining, on);
      return { done: next.end !== undefined, state: next };
    },
  );
  const outcome = await durable.step('conclude', () => conclude(drain, draining, on));
  // The work is done: what cannot be written down does not undo it, and is said in the log.
  return durable
    .step('note', () => noteEnd(drain, draining, begun, on))
    .then(
      () => outcome,
      (error: unknown) => unnoted(outcome, error),
    );
}

function unnoted(outcome: Outcome, error: unknown): Outcome {
  if (outcome.kind !== 'done') return outcome;
  const notNoted = error instanceof Error ? error.message : String(error);
  return { ...outcome, facts: { ...outcome.facts, notNoted } };
}

/** To a warm pool and back nothing is terminated and nobody is served: the hook is let go at once. */
async function passOn(action: LifecycleAction, on: DrainPorts): Promise<Outcome> {
  const service = await hookServiceOf(action, on.fleets, on);
  if (service.kind === 'skip') return service;
  const answer = await on.groups.complete(action, 'CONTINUE');
  return done(`${action.instance} changes between group and warm pool`, { answer });
}

interface Begun extends HookService {
  readonly first: Drain;
  /** Whether it stands in the disruption budget, if there is one. */
  readonly isNoted: boolean;
}

async function begin({ action, at }: EventOf<'terminating'>, on: DrainPorts): Promise<Begun | Skip> {
  const service = await takeHookWork('drain', action, ({ drain }) => drain.within, on);
  if (service.kind === 'skip') return service;
  const { fleet, times } = service;
  const command = commandAtStart(fleet.drain.command);
  const first = { ...beginDrain(on.clock.now(), at, fleet.drain.within, times), command };
  // A drain does not wait for a ledger that cannot be written.
  const isNoted = await noteDrain(action.instance, service, first.startedAt, on).then(
    () => true,
    () => false,
  );
  return { ...service, first, isNoted };
}

/** An instance that drains is out of work, whatever made it drain. */
async function noteDrain(
  instance: string,
  { fleet, group }: HookService,
  at: Instant,
  on: DrainPorts,
): Promise<void> {
  if (fleet.disruption === undefined) return;
  const found = await on.groups.named(group.name);
  const disruption = { at, cause: 'drain', instances: [disrupted(instance, found)] } as const;
  await on.ledger.disrupt(fleet.name, instance, disruption);
}

async function conclude(drain: Drain, draining: Draining, on: DrainPorts): Promise<Outcome> {
  const { action, service } = draining;
  const { fleet } = service;
  const end = endOf(drain);
  const result = isFinished(drain) ? 'CONTINUE' : fleet.drain.unfinished;
  // Nobody else takes it out of them, however it ended.
  if (!isLeft(drain.foreign)) await leaveForeign(drain.foreign, draining, on.balancers);
  // Also for an instance that seems to be gone: a hook that still waits is let go, another answers so.
  const answer = await on.groups.complete(action, result);
  await on.outbox.tell(drainStory(fleet, action, drain, end, on.clock.now()));
  const facts = { end, result, answer, command: drain.command.progress };
  const drained = done(`${action.instance} of ${fleet.name} drained: ${end}`, facts);
  return measured(drained, [
    { metric: 'Drains', value: 1, by: { fleet: fleet.name, end } },
    ...(isStuck({ ...drain, end }) ? [{ metric: 'StuckInstances', value: 1, by: {} } as const] : []),
  ]);
}

/** What people see of the drain, and what could not be written at its begin. */
async function noteEnd(drain: Drain, draining: Draining, begun: Begun, on: DrainPorts): Promise<void> {
  await on.drains.note(progressOf({ ...drain, end: endOf(drain) }, draining));
  if (!begun.isNoted) await noteDrain(draining.action.instance, begun, begun.first.startedAt, on);
}

const endOf = ({ end }: Drain): DrainEnd => end ?? 'deadline';
