import type { AdmissionPolicy, EventOf, Fleet, Instant, LifecycleAction, Skip } from '../domain/index.ts';
import type { Clock, Commands, Durable, Groups, Hooks, Ledger, Outbox, Probes } from '../ports/index.ts';
import type { Admission } from '../policy/admission/readiness.ts';
import { beginAdmission, judgeAdmission } from '../policy/admission/readiness.ts';
import { abandonedStory } from '../policy/admission/story.ts';
import { isHeartbeatDue } from '../policy/lifecycle/hook-clock.ts';
import { standsInLaunch } from '../policy/lifecycle/standing.ts';
import type { HookService } from './hook-service.ts';
import { takeHookWork } from './hook-work.ts';
import type { Outcome } from './outcome.ts';
import { done, measured } from './outcome.ts';

export interface AdmitPorts {
  readonly fleets: readonly Fleet[];
  readonly groups: Pick<Groups, 'named' | 'ofInstance' | 'complete' | 'heartbeat'>;
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
  const judged = judgeAdmission({ ...state, heartbeatAt }, { now, standing, isHookGone, probe });
  return { ...judged, commandId: probe.commandId };
}

interface Probed {
  readonly isReady: boolean;
  readonly detail: string;
  readonly commandId?: string | undefined;
}

async function probeOnce(
  { probe }: AdmissionPolicy,
  instance: string,
  commandId: string | undefined,
  on: Pick<AdmitPorts, 'probes' | 'commands'>,
): Promise<Probed> {
  switch (probe.kind) {
    case 'none':
      return { isReady: true, detail: 'no probe' };
    case 'http': {
      const { status, detail } = await on.probes.get(instance, probe.port, probe.path);
      return { isReady: status >= 200 && status < 300, detail };
    }
    case 'command':
      return probeByCommand(probe.command, instance, commandId, on.commands);
  }
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
  if (end !== 'ready' && end !== 'late')
    return done(`${action.instance} no longer stands in its launch hook`);
  const result = end === 'ready' ? 'CONTINUE' : 'ABANDON';
  const answer = await on.durable.step('complete', () => on.groups.complete(action, result));
  if (end === 'late')
    await on.durable.step('tell', () =>
      on.outbox.tell(abandonedStory(fleet, action, admission, on.clock.now())),
    );
  const admitted = done(`${action.instance} of ${fleet.name}: ${result} (${admission.detail})`, {
    result,
    answer,
  });
  return measured(admitted, [{ metric: 'Admissions', value: 1, by: { fleet: fleet.name, result } }]);
}
