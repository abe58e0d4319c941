import type { DisruptionPolicy } from './disruption.ts';
import type { AdmissionPolicy } from './admission-policy.ts';
import type { DrainPolicy } from './drain-policy.ts';
import type { ScalingPolicy } from './scaling-policy.ts';
import { canAlarm, isUseful, wakesByRequests } from './signal.ts';
import type { Seconds } from './time.ts';

/** The name a user gives a fleet in fleets.yml, and the value of its group's tag `evenkeel:fleet`. */
export type FleetName = string;

/** How the Auto Scaling group of a fleet is found: by its tag, or by its name. */
export type Adoption =
  { readonly tag: { readonly key: string; readonly value: string } } | { readonly group: string };

/** The tag of instances that Evenkeel leaves alone, where fleets.yml names no other. */
export const DO_NOT_TOUCH = 'evenkeel:do-not-touch';

/**
 * `active` acts; `shadow` decides and records only; `forecast-only` records what it expects and wants no change;
 * `paused` does not even look.
 */
export type Mode = 'active' | 'shadow' | 'forecast-only' | 'paused';

/** A fleet: an Auto Scaling group under management, and its policy. What fleets.yml says, parsed. */
export interface Fleet {
  readonly name: FleetName;
  readonly adopt: Adoption;
  readonly mode: Mode;
  readonly scaling: ScalingPolicy;
  /** A second policy, judged on the same world beside the one that acts: what it would have done is recorded. */
  readonly shadow?: ScalingPolicy;
  readonly admission: AdmissionPolicy;
  readonly drain: DrainPolicy;
  readonly image?: ImagePolicy;
  readonly disruption?: DisruptionPolicy;
  /** Instances with this tag are never taken in, nor replaced; without it `evenkeel:do-not-touch`. */
  readonly doNotTouch?: string;
}

export interface ImagePolicy {
  /** Where the newest image stands: an SSM parameter's name. */
  readonly parameter: string;
  readonly minHealthyPercentage: number;
  readonly maxHealthyPercentage: number;
  /** How long the refresh bakes after its last instance. */
  readonly bake: Seconds;
}

/** Who is told, and where: the `notify` part of fleets.yml. */
export interface NotifyPolicy {
  readonly email: readonly string[];
  readonly slack?: {
    /** Name of the SSM SecureString that holds the webhook's URL. */
    readonly webhookParameter: string;
  };
}

export interface Configuration {
  readonly fleets: readonly Fleet[];
  readonly notify: NotifyPolicy;
}

/** Whether a fleet is looked at and left to whoever manages it: neither its capacity nor its instances are touched. */
export function isWatched({ mode }: Pick<Fleet, 'mode'>): boolean {
  return mode === 'shadow' || mode === 'forecast-only';
}

/** Whether what a fleet needs may change with the clock alone: then it is evaluated each minute, whatever its alarms. */
export function isTimely(fleet: Pick<Fleet, 'scaling' | 'shadow'>): boolean {
  const policies = fleet.shadow === undefined ? [fleet.scaling] : [fleet.scaling, fleet.shadow];
  const isAlarmed = fleet.scaling.signals.every((signal) => canAlarm(signal) && !wakesByRequests(signal));
  return isForecasting(fleet) || policies.some(hasOwnFloor) || !isAlarmed;
}

/** Capacity that is wanted whatever the signals say, and when no alarm stands. */
function hasOwnFloor({ min, floors, events, fallback }: ScalingPolicy): boolean {
  return [min, floors, events, fallback].some((key) => key !== undefined);
}

/** Whether a fleet has a policy that looks ahead. */
export function isForecasting({ scaling, shadow }: Pick<Fleet, 'scaling' | 'shadow'>): boolean {
  return [...scaling.signals, ...(shadow?.signals ?? [])].some(isUseful);
}
