import type {
  AdmissionPolicy,
  EventOf,
  Fleet,
  Instant,
  LifecycleAction,
  Seconds,
  Skip,
} from '../domain/index.ts';
import { MINUTE, SECOND } from '../domain/index.ts';
import type {
  Admissions,
  Clock,
  Commands,
  Durable,
  Groups,
  Hooks,
  Instances,
  Ledger,
  Outbox,
  Probes,
} from '../ports/index.ts';
import type { Admission, Priming } from '../policy/admission/readiness.ts';
import { beginAdmission, isProven, judgeAdmission } from '../policy/admission/readiness.ts';
import { abandonedStory, breakerStory } from '../policy/admission/story.ts';
import { isHeartbeatDue } from '../policy/lifecycle/hook-clock.ts';
import { standsInLaunch } from '../policy/lifecycle/standing.ts';
import type { HookService } from './hook-service.ts';
import { takeHookWork } from './hook-work.ts';
import type { Outcome } from './outcome.ts';
import { done, measured } from './outcome.ts';

export interface AdmitPorts {
  readonly fleets: readonly Fleet[];
  readonly groups: Pick<
    Groups,
    'named' | 'ofInstance' | 'complete' | 'heartbeat' | 'suspendLaunch' | 'resumeLaunch'
  >;
  readonly instances: Pick<Instances, 'consoleTail'>;
  readonly admissions: Admissions;
  readonly hooks: Hooks;
  readonly probes: Probes;
  readonly commands: Commands;
  readonly ledger: Pick<Ledger, 'claim'>;
  readonly outbox: Pick<Outbox, 'tell'>;
  readonly clock: Clock;
  readonly durable: Durable;
}

/**
 * Lets a launched instance into its group once its application is ready, or gives it back.
 *
 * The application itself is probed: a target's health would never come, since an instance is registered with its
 * load balancers only after its launch hook.
 */
export async function admitInstance(event: EventOf<'launching'>, on: AdmitPorts): Promise<Outcome> {
  const { action } = event;
  const { durable } = on;
  const begun = await durable.step('begin', () => begin(event, on));
  if (begun.kind === 'skip') return begun;
  const { fleet, first } = begun;
  const admission = await durable.poll('ready', fleet.admission.every, first, async (state) => {
    const next = await look(state, action, begun, on);
    return { done: next.end !== undefined, state: next };
  });
  return conclude(admission, action, fleet, on);
}

type Begun = HookService & { readonly first: Admission };

async function begin({ action, at }: EventOf<'launching'>, on: AdmitPorts): Promise<Begun | Skip> {
  const service = await takeHookWork('admission', action, ({ admission }) => admission.within, on);
  if (service.kind === 'skip') return service;
  const { within } = service.fleet.admission;
  return { ...service, first: beginAdmission(on.clock.now(), at, within, service.times) };
}

async function look(
  state: Admission,
  action: LifecycleAction,
  { fleet, times }: HookService,
  on: AdmitPorts,
): Promise<Admission> {
  const now = on.clock.now();
  const standing = standsInLaunch((await on.groups.ofInstance(action.instance))?.lifecycle);
  const { every } = fleet.admission;
  const isDue = standing !== 'over' && isHeartbeatDue(state.heartbeatAt, state.deadline, every, times, now);
  const isHookGone = isDue && (await on.groups.heartbeat(action)) === 'gone';
  const heartbeatAt: Instant = isDue ? now : state.heartbeatAt;
  const isWorthProbing = standing !== 'over' && !isHookGone;
  const probe = isWorthProbing
    ? await probeOnce(fleet.admission, action.instance, state.commandId, on)
    : { isReady: false, detail: state.detail };
  const seen = { now, standing, isHookGone, probe };
  const judged = judgeAdmission({ ...state, heartbeatAt }, seen, fleet.admission);
  const next = { ...judged, commandId: probe.commandId };
  const { prime } = fleet.admission;
  if (prime === undefined || next.end !== undefined || !isProven(next, fleet.admission)) return next;
  const priming = await primeOnce(prime, action.instance, next.priming, on.commands);
  return judgeAdmission(
    { ...state, heartbeatAt, commandId: probe.commandId },
    { ...seen, priming },
    fleet.admission,
  );
}

interface Probed {
  readonly isReady: boolean;
  readonly detail: string;
  readonly commandId?: string | undefined;
}

async function probeOnce(
  { probe, timeout }: AdmissionPolicy,
  instance: string,
  commandId: string | undefined,
  on: Pick<AdmitPorts, 'probes' | 'commands'>,
): Promise<Probed> {
  switch (probe.kind) {
    case 'none':
      return { isReady: true, detail: 'no probe' };
    case 'http': {
      const { status, detail } = await on.probes.get(instance, probe.port, probe.path, timeout);
      return { isReady: status >= 200 && status < 300, detail };
    }
    case 'command':
      return probeByCommand(probe.command, instance, commandId, on.commands);
  }
}

/** Sent once the application is ready, and asked after at the looks that follow; one that failed is sent again. */
async function primeOnce(
  command: string,
  instance: string,
  priming: Priming | undefined,
  commands: Commands,
): Promise<Priming> {
  if (priming?.isDone === true) return priming;
  const { isReady, commandId } = await probeByCommand(command, instance, priming?.commandId, commands);
  return { isDone: isReady, commandId };
}

/** A command outlasts a look: it is sent in one and asked after in the next; one that failed is sent again. */
async function probeByCommand(
  command: string,
  instance: string,
  commandId: string | undefined,
  commands: Commands,
): Promise<Probed> {
  if (commandId === undefined) {
    const sent = await commands.send(instance, command, 'Evenkeel admission');
    return sent === undefined
      ? { isReady: false, detail: 'the instance does not take commands yet' }
      : { isReady: false, detail: 'the command is running', commandId: sent };
  }
  const result = await commands.result(commandId, instance);
  switch (result.status) {
    case 'running':
      return { isReady: false, detail: 'the command is running', commandId };
    case 'succeeded':
      return { isReady: true, detail: 'the command succeeded' };
    case 'failed':
      return { isReady: false, detail: `the command exited with ${result.exitCode}` };
    case 'unreachable':
      return { isReady: false, detail: result.reason };
  }
}

async function conclude(
  admission: Admission,
  action: LifecycleAction,
  fleet: Fleet,
  on: AdmitPorts,
): Promise<Outcome> {
  const { end } = admission;
  if (end === undefined || end === 'over' || end === 'vanished')
    return done(`${action.instance} no longer stands in its launch hook`);
  const result = end === 'ready' ? 'CONTINUE' : 'ABANDON';
  // Before the instance is given back: what it has written is gone with it.
  const console = end === 'ready' ? '' : await on.durable.step('console', () => consoleOf(action, on));
  const answer = await on.durable.step('complete', () => on.groups.complete(action, result));
  if (end !== 'ready')
    await on.durable.step('tell', () =>
      on.outbox.tell(abandonedStory(fleet, action, admission, on.clock.now(), console)),
    );
  if (fleet.admission.breaker !== undefined)
    await minded(fleet.admission.breaker, admission, action, fleet, on);
  const admitted = done(`${action.instance} of ${fleet.name}: ${result} (${admission.detail})`, {
    result,
    answer,
  });
  return measured(admitted, [{ metric: 'Admissions', value: 1, by: { fleet: fleet.name, result } }]);
}

/** What cannot be read is not told; it is no reason to keep the instance. */
async function consoleOf({ instance }: LifecycleAction, { instances }: AdmitPorts): Promise<string> {
  return instances.consoleTail(instance).catch(() => '');
}

const WHILE_OPEN: Seconds = 15 * 60;

/** Counts admissions that fail in a row, and stops the group's launches for a while when they are too many. */
async function minded(
  most: number,
  admission: Admission,
  action: LifecycleAction,
  fleet: Fleet,
  on: AdmitPorts,
): Promise<void> {
  const { durable } = on;
  if (admission.end === 'ready') return durable.step('count', () => on.admissions.succeeded(fleet.name));
  const opened = await durable.step('count', () => openBreaker(most, admission, action, fleet, on));
  if (opened !== 'opened') return;
  await durable.wait('launch nothing', WHILE_OPEN);
  await durable.step('launch again', () => on.groups.resumeLaunch(action.group));
}

/** Of executions that find too many at the same time one stops launches. */
async function openBreaker(
  most: number,
  admission: Admission,
  { group, instance }: LifecycleAction,
  fleet: Fleet,
  on: AdmitPorts,
): Promise<'opened' | 'closed'> {
  const failed = await on.admissions.failed(fleet.name, `${instance}#${admission.startedAt}`);
  if (failed.count < most) return 'closed';
  const mark = `launch-breaker#${fleet.name}`;
  if ((await on.ledger.claim(mark, on.durable.execution, WHILE_OPEN + MINUTE / SECOND)) !== 'claimed')
    return 'closed';
  await on.groups.suspendLaunch(group);
  await on.outbox.tell(breakerStory(fleet, group, failed, admission.detail, on.clock.now()));
  return 'opened';
}
