import type {
  AdmissionPolicy,
  AdmissionProbe,
  Adoption,
  Configuration,
  DrainPolicy,
  Fleet,
  IdleEvidence,
  ImagePolicy,
  NotifyPolicy,
  ScalingPolicy,
  Seconds,
} from '../domain/index.ts';
import { DO_NOT_TOUCH } from '../domain/index.ts';
import { behaviourOf } from './behaviour.ts';
import { disruptionOf } from './disruption.ts';
import type { Problem } from './problems.ts';
import { problemsOf } from './problems.ts';
import type { FleetEntry, FleetsFile } from './schema/index.ts';
import { fleetsSchema } from './schema/index.ts';
import { signalOf } from './signals.ts';

export type ParsedFleets =
  { readonly configuration: Configuration } | { readonly problems: readonly Problem[] };

/**
 * What fleets.yml says, from the object that its YAML stands for.
 *
 * @returns the configuration with every default filled in, or all that is wrong in it
 */
export function parseFleets(file: unknown): ParsedFleets {
  const whole = withWholeShadows(file);
  const parsed = fleetsSchema.safeParse(whole);
  if (!parsed.success) return { problems: problemsOf(parsed.error, file, fleetsSchema) };
  const problems = sharedGroups(parsed.data);
  if (problems.length > 0) return { problems };
  return { configuration: configurationOf(parsed.data, whole) };
}

/** The file with each shadow policy made whole by the keys of the policy that it stands beside. */
function withWholeShadows(file: unknown): unknown {
  if (!isRecord(file) || !isRecord(file.fleets)) return file;
  const fleets = Object.entries(file.fleets).map(([name, fleet]) => [
    name,
    isRecord(fleet) && isRecord(fleet.shadow) && isRecord(fleet.scaling)
      ? { ...fleet, shadow: { ...fleet.scaling, ...fleet.shadow } }
      : fleet,
  ]);
  return { ...file, fleets: Object.fromEntries(fleets) as unknown };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Two fleets cannot manage one group. */
function sharedGroups({ fleets }: FleetsFile): Problem[] {
  const owners = new Map<string, string>();
  return Object.entries(fleets).flatMap(([name, { adopt }]) => {
    const group = JSON.stringify(adopt);
    const owner = owners.get(group);
    owners.set(group, owner ?? name);
    if (owner === undefined) return [];
    return [{ path: ['fleets', name, 'adopt'], message: `fleet ${owner} adopts the same group` }];
  });
}

function configurationOf({ fleets, notify }: FleetsFile, file: unknown): Configuration {
  return {
    fleets: Object.entries(fleets).map(([name, entry]) => fleetOf(name, entry, writtenIn(file, name))),
    notify: notifyOf(notify),
  };
}

function fleetOf(name: string, entry: FleetEntry, written: Written): Fleet {
  const { adopt, mode, scaling, shadow, admission, drain, image, disruption, protect } = entry;
  return {
    name,
    adopt: adoptionOf(adopt),
    mode,
    scaling: scalingOf(scaling, written.scaling),
    ...(shadow === undefined ? {} : { shadow: scalingOf(shadow, written.shadow) }),
    admission: admissionOf(admission),
    drain: drainOf(drain),
    ...(image === undefined ? {} : { image: imageOf(image) }),
    ...(disruption === undefined ? {} : { disruption: disruptionOf(disruption) }),
    ...(protect.tag === DO_NOT_TOUCH ? {} : { doNotTouch: protect.tag }),
  };
}

function adoptionOf({ tag, group }: FleetEntry['adopt']): Adoption {
  if (group !== undefined) return { group };
  const [key = '', value = ''] = tag?.split('=') ?? [];
  return { tag: { key, value } };
}

function scalingOf(scaling: FleetEntry['scaling'], written: object): ScalingPolicy {
  const signals = Object.entries(scaling.signals).map(([name, signal]) => signalOf(name, signal));
  return { signals, ...behaviourOf(scaling, written) };
}

/** What a fleet's policies say in the file itself, before defaults are filled in. */
interface Written {
  readonly scaling: object;
  readonly shadow: object;
}

/** @param file that the schema has taken */
function writtenIn(file: unknown, fleet: string): Written {
  const { fleets } = file as { fleets: Record<string, Partial<Written>> };
  return { scaling: {}, shadow: {}, ...fleets[fleet] };
}

function admissionOf(admission: FleetEntry['admission']): AdmissionPolicy {
  const { http, port, command, within, every, timeout, successes, failures, prime, breaker } = admission;
  return {
    probe: probeOf(http, port, command),
    within,
    every,
    successes,
    ...(timeout === undefined ? {} : { timeout }),
    ...(failures === undefined ? {} : { failures }),
    ...(prime === undefined ? {} : { prime }),
    ...(breaker === 'off' ? {} : { breaker }),
  };
}

function probeOf(path: string | undefined, port: number, command: string | undefined): AdmissionProbe {
  if (path !== undefined) return { kind: 'http', path, port };
  return command === undefined ? { kind: 'none' } : { kind: 'command', command };
}

/** What the evidence rests on is seconds old, or a minute and more where AWS only approximates it. */
const CONFIRM: Readonly<Record<IdleEvidence['kind'], Seconds>> = {
  'target-requests': 3,
  'balancer-requests': 60,
  http: 3,
  command: 3,
  queue: 60,
  'cloud-map': 3,
};

function drainOf(drain: FleetEntry['drain']): DrainPolicy {
  const { confirm, command, within, every, unfinished } = drain;
  const { 'cloud-map': cloudMap } = drain;
  const out = cloudMap === undefined ? [] : [{ kind: 'cloud-map', service: cloudMap.service } as const];
  const idle = [...idleOf(drain.idle), ...out];
  return {
    idle,
    confirm: confirm ?? Math.max(0, ...idle.map(({ kind }) => CONFIRM[kind])),
    within,
    every,
    otherTargetGroups: drain['other-target-groups'],
    unfinished: unfinished === 'abandon' ? 'ABANDON' : 'CONTINUE',
    ...(command === undefined ? {} : { command }),
  };
}

function idleOf(idle: FleetEntry['drain']['idle']): readonly IdleEvidence[] {
  if (idle === 'none') return [];
  return [idle].flat().map((evidence): IdleEvidence => {
    if (typeof evidence === 'string') return { kind: evidence };
    if ('http' in evidence) return { kind: 'http', path: evidence.http, port: evidence.port };
    if ('queue' in evidence) return { kind: 'queue', name: evidence.queue };
    return { kind: 'command', command: evidence.command };
  });
}

function imageOf(image: NonNullable<FleetEntry['image']>): ImagePolicy {
  return {
    parameter: image.from,
    minHealthyPercentage: Math.round(image['min-healthy'] * 100),
    maxHealthyPercentage: Math.round(image['max-healthy'] * 100),
    bake: image.bake,
  };
}

function notifyOf({ email, slack }: FleetsFile['notify']): NotifyPolicy {
  return { email, ...(slack === undefined ? {} : { slack: { webhookParameter: slack.webhook } }) };
}
