/** What a fleet does while a hook holds an instance: it must fit into the hook, and into the execution that does it. */
import type { Seconds } from '../../../shared/domain/index.ts';
import { isWatched, SECOND } from '../../../shared/domain/index.ts';
import { deadlineOf } from '../../../shared/policy/lifecycle/hook-clock.ts';
import type { TimingCode } from '../codes.ts';
import type { Finding } from '../finding.ts';
import { finding, span, spoken } from '../finding.ts';
import type { FleetClocks, FunctionClocks, HookClocks, TimingModel, Transition } from '../model.ts';
import { globalTimeout } from '../model.ts';

/** One of the two kinds of work. */
interface Work {
  readonly noun: string;
  readonly key: string;
  readonly transition: Transition;
  readonly within: Seconds;
  readonly every: Seconds;
  /** Whether the fleet asks for it: a hook that nobody needs may be missing. */
  readonly isWanted: boolean;
  readonly function?: FunctionClocks | undefined;
  readonly codes: { readonly hook: TimingCode; readonly execution: TimingCode; readonly missing: TimingCode };
}

export function hookWork({ fleets }: TimingModel): readonly Finding[] {
  // A watched fleet's hooks are answered by whoever manages it.
  return fleets
    .filter(({ fleet }) => !isWatched(fleet))
    .flatMap((fleet) =>
      worksOf(fleet).flatMap((work) => [
        ...missingHook(fleet, work),
        ...execution(work),
        ...hooksOf(fleet, work.transition).flatMap((hook) => [
          ...length(work, hook),
          ...heartbeats(work, hook),
        ]),
      ]),
    );
}

function worksOf({ fleet, admit, drain }: FleetClocks): readonly Work[] {
  return [
    {
      noun: 'admission',
      key: `fleets.${fleet.name}.admission`,
      transition: 'launching',
      within: fleet.admission.within,
      every: fleet.admission.every,
      isWanted: fleet.admission.probe.kind !== 'none',
      function: admit,
      codes: {
        hook: 'ADMISSION_OUTLASTS_HOOK',
        execution: 'ADMISSION_OUTLASTS_EXECUTION',
        missing: 'ADMISSION_WITHOUT_HOOK',
      },
    },
    {
      noun: 'drain',
      key: `fleets.${fleet.name}.drain`,
      transition: 'terminating',
      within: fleet.drain.within,
      every: fleet.drain.every,
      isWanted: fleet.drain.command !== undefined || fleet.drain.idle.length > 0,
      function: drain,
      codes: {
        hook: 'DRAIN_OUTLASTS_HOOK',
        execution: 'DRAIN_OUTLASTS_EXECUTION',
        missing: 'DRAIN_WITHOUT_HOOK',
      },
    },
  ];
}

function hooksOf({ group }: FleetClocks, transition: Transition): readonly HookClocks[] {
  return (group?.hooks ?? []).filter((hook) => hook.transition === transition);
}

function missingHook({ group }: FleetClocks, { noun, key, transition, isWanted, codes }: Work): Finding[] {
  if (group === undefined || !isWanted) return [];
  if (group.hooks.some((hook) => hook.transition === transition || hook.transition === undefined)) return [];
  const wire = `autoscaling:EC2_INSTANCE_${transition.toUpperCase()}`;
  const message = `group ${group.id} has no hook that would hold an instance for the ${noun}`;
  return [
    finding(
      codes.missing,
      key,
      message,
      `add a hook ${wire} to LifecycleHookSpecificationList of ${group.id}`,
    ),
  ];
}

/** The last look may come a whole interval after the limit, and what follows it takes an invocation. */
function execution({ noun, key, within, every, isWanted, function: by, codes }: Work): Finding[] {
  const limit = by?.executionTimeout;
  if (by === undefined || limit === undefined || !isWanted) return [];
  const need = within + every + (by.timeout ?? 0);
  if (limit >= need) return [];
  return [
    finding(
      codes.execution,
      `${key}.within`,
      `a ${noun} of up to ${spoken(within)}, a look each ${spoken(every)} and an invocation to end it need ` +
        `${spoken(need)}; an execution of ${by.id} ends after ${spoken(limit)}`,
      `set executionTimeout of ${by.id} to ${need} or more, or ${key}.within to ${span(limit - (need - within))} or less`,
      { within, every, invocation: by.timeout ?? 0, executionTimeout: limit },
    ),
  ];
}

function length({ noun, key, within, isWanted, codes }: Work, { name, heartbeat }: HookClocks): Finding[] {
  if (heartbeat === undefined || !isWanted) return [];
  const most = globalTimeout(heartbeat);
  const effective = deadlineOf(0, within, { heartbeatTimeout: heartbeat, globalTimeout: most }) / SECOND;
  if (effective >= within) return [];
  const needed = Math.ceil((within + (most - effective)) / 100);
  const fits = needed <= 7200 && within + (most - effective) <= 172_800;
  return [
    finding(
      codes.hook,
      `${key}.within`,
      `${spoken(within)}, but whatever its heartbeats hook ${name} ends after ${spoken(most)} ` +
        `(100 × ${heartbeat} s, 48 h at the most): the ${noun} is cut to ${spoken(effective)}`,
      fits
        ? `set HeartbeatTimeout of ${name} to ${needed} or more, or ${key}.within to ${span(effective)} or less`
        : `set ${key}.within to ${span(effective)} or less`,
      { within, heartbeat, globalTimeout: most },
    ),
  ];
}

/** Heartbeats go out at looks only; one that fails is made up for by the next, if there is a next in time. */
function heartbeats({ key, within, every, isWanted }: Work, { name, heartbeat }: HookClocks): Finding[] {
  if (heartbeat === undefined || !isWanted || heartbeat > within) return [];
  const facts = { every, heartbeat };
  if (every >= heartbeat) {
    const message = `a look each ${spoken(every)}, but hook ${name} runs out after ${spoken(heartbeat)} without a heartbeat`;
    const mend = `set ${key}.every to less than ${span(heartbeat / 2)}`;
    return [finding('HEARTBEAT_MISSED', `${key}.every`, message, mend, facts)];
  }
  if (2 * every < heartbeat) return [];
  const message = `a look each ${spoken(every)} leaves hook ${name} (${spoken(heartbeat)}) no second chance for a heartbeat`;
  const mend = `set ${key}.every to less than ${span(heartbeat / 2)}`;
  return [finding('HEARTBEAT_TIGHT', `${key}.every`, message, mend, facts)];
}
