import type {
  AdmissionPolicy,
  EventOf,
  Fleet,
  Instant,
  LifecycleAction,
  Seconds,
  Skip,
} from '../domain/index.ts';
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
import { isLeavingWork } from '../policy/interruption/loss.ts';
import { isHeartbeatDue } from '../policy/lifecycle/hook-clock.ts';
import { standsInLaunch } from '../policy/lifecycle/standing.ts';
import type { HookService } from './hook-service.ts';
import { takeHookWork } from './hook-work.ts';
import { resumeOwn, suspendOwn, WHILE_OPEN } from './launch-breaker.ts';
import type { Outcome } from './outcome.ts';
import { done, measured } from './outcome.ts';
import { sendOnce } from './send-once.ts';
import { endedEarly, warned } from './successor.ts';

export interface AdmitPorts {
  readonly fleets: readonly Fleet[];
  readonly groups: Pick<
    Groups,
    'named' | 'ofInstance' | 'complete' | 'heartbeat' | 'suspendLaunch' | 'resumeLaunch'
  >;
  readonly instances: Pick<Instances, 'consoleTail' | 'state'>;
  readonly admissions: Admissions;
  readonly hooks: Hooks;
  readonly probes: Probes;
  readonly commands: Commands;
  readonly ledger: Pick<Ledger, 'claim' | 'isClaimed' | 'release'>;
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
    const next = await unlessLost(await look(state, action, begun, on), action, on);
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
    ? await probeOnce(fleet.admission, action, state, on)
    : { isReady: false, detail: state.detail, sent: state.sent };
  const seen = { now, standing, isHookGone, probe };
  const judged = judgeAdmission({ ...state, heartbeatAt }, seen, fleet.admission);
  const next = { ...judged, ...sentBy(probe) };
  const { prime } = fleet.admission;
  if (prime === undefined || next.end !== undefined || !isProven(next, fleet.admission)) return next;
  const priming = await primeOnce(prime, fleet.admission.within, action, next, on);
  return judgeAdmission({ ...state, heartbeatAt, ...sentBy(probe) }, { ...seen, priming }, fleet.admission);
}

/** What is taken back, or has ended, is known to others: nobody has to wait for it, or to let it in. */
async function unlessLost(
  admission: Admission,
  { instance }: LifecycleAction,
  { ledger, instances }: Pick<AdmitPorts, 'ledger' | 'instances'>,
): Promise<Admission> {
  const { end } = admission;
  // Asked once more where the ledger does not answer; an admission does not wait for it any longer.
  const isMarked = (mark: string) =>
    ledger
      .isClaimed(mark)
      .catch(() => ledger.isClaimed(mark))
      .catch(() => false);
  // What reached one that is taken in two minutes would be cut off.
  if (end === 'ready') return (await isMarked(warned(instance))) ? { ...admission, end: 'taken' } : admission;
  if (end !== undefined && end !== 'over' && end !== 'vanished') return admission;
  if (!(await isMarked(endedEarly(instance))) || (await isRunning(instance, instances))) return admission;
  return { ...admission, end: (await isMarked(warned(instance))) ? 'taken' : 'ended' };
}

/** What was said of its end may be of a time before. While it cannot be seen, it is taken to run. */
async function isRunning(instance: string, instances: Pick<Instances, 'state'>): Promise<boolean> {
  const look = () => instances.state(instance);
  const state = await look()
    .catch(look)
    .catch(() => 'running');
  return state !== undefined && !isLeavingWork(state);
}

/** A command that was sent and has not ended, and how many have been sent so far. */
interface Sent {
  readonly commandId?: string | undefined;
  readonly sent?: number | undefined;
}

const sentBy = ({ commandId, sent }: Sent): Sent => ({ commandId, sent });

interface Probed extends Sent {
  readonly isReady: boolean;
  readonly detail: string;
}

type CommandPorts = Pick<AdmitPorts, 'commands' | 'ledger'>;

/** A command that hangs, as one of a boot that is not over may, is ended after so long and sent again. */
const COMMAND_PATIENCE: Seconds = 60;

async function probeOnce(
  { probe, timeout }: AdmissionPolicy,
  action: LifecycleAction,
  state: Admission,
  on: CommandPorts & Pick<AdmitPorts, 'probes'>,
): Promise<Probed> {
  switch (probe.kind) {
    case 'none':
      return { isReady: true, detail: 'no probe' };
    case 'http': {
      const { status, detail } = await on.probes.get(action.instance, probe.port, probe.path, timeout);
      return { isReady: status >= 200 && status < 300, detail };
    }
    case 'command':
      return probeByCommand(
        {
          command: probe.command,
          mark: markOf('admission', action, state),
          mayTake: timeout ?? COMMAND_PATIENCE,
        },
        action.instance,
        state,
        on,
      );
  }
}

/** Sent once the application is ready, and asked after at the looks that follow; one that failed is sent again. */
async function primeOnce(
  command: string,
  mayTake: Seconds,
  action: LifecycleAction,
  { startedAt, priming }: Admission,
  on: CommandPorts,
): Promise<Priming> {
  if (priming?.isDone === true) return priming;
  const mark = markOf('priming', action, { startedAt, ...priming });
  const probed = await probeByCommand({ command, mark, mayTake }, action.instance, priming, on);
  return { isDone: probed.isReady, ...sentBy(probed) };
}

/** One mark for each sending: the token names the admission, where it is known. */
function markOf(
  what: 'admission' | 'priming',
  { token }: LifecycleAction,
  { startedAt, sent = 0 }: Pick<Admission, 'startedAt' | 'sent'>,
): string {
  return `Evenkeel ${what} ${token === '' ? startedAt : token} ${sent + 1}`;
}

/** A command outlasts a look: it is sent in one and asked after in the next; one that failed is sent again. */
async function probeByCommand(
  { command, mark, mayTake }: { readonly command: string; readonly mark: string; readonly mayTake: Seconds },
  instance: string,
  { commandId, sent = 0 }: Sent = {},
  on: CommandPorts,
): Promise<Probed> {
  if (commandId === undefined) {
    const id = await sendOnce(instance, command, mark, on, mayTake);
    return id === undefined
      ? { isReady: false, detail: 'the instance does not take commands yet', sent }
      : { isReady: false, detail: 'the command is running', commandId: id, sent: sent + 1 };
  }
  const result = await on.commands.result(commandId, instance);
  switch (result.status) {
    case 'running':
      return { isReady: false, detail: 'the command is running', commandId, sent };
    case 'succeeded':
      return { isReady: true, detail: 'the command succeeded', sent };
    case 'failed':
      return { isReady: false, detail: `the command exited with ${result.exitCode}`, sent };
    case 'unreachable':
      return { isReady: false, detail: result.reason, sent };
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

/** Counts admissions that fail in a row, and stops the group's launches for a while when they are too many. */
async function minded(
  most: number,
  admission: Admission,
  action: LifecycleAction,
  fleet: Fleet,
  on: AdmitPorts,
): Promise<void> {
  const { durable } = on;
  if (admission.end === 'taken') return;
  if (admission.end === 'ready') return durable.step('count', () => on.admissions.succeeded(fleet.name));
  const opened = await durable.step('count', () => openBreaker(most, admission, action, fleet, on));
  if (opened !== 'opened') return;
  await durable.wait('launch nothing', WHILE_OPEN);
  await durable.step('launch again', () => resumeOwn(action.group, on));
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
  if (!(await suspendOwn(group, fleet.name, on.durable.execution, on))) return 'closed';
  await on.outbox.tell(breakerStory(fleet, group, failed, admission.detail, on.clock.now()));
  return 'opened';
}
