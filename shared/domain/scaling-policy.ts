import type { Floor, Holiday, KnownEvent } from './calendar.ts';
import type { Brake, MoneyGuard } from './guards.ts';
import type { Signal } from './signal.ts';
import type { Seconds } from './time.ts';

/** A value for scaling out, and one for scaling in. */
export interface EachWay<Value> {
  readonly out: Value;
  readonly in: Value;
}

export type Direction = keyof EachWay<unknown>;

/** What damps a change. It binds what `target` signals ask for; the whole where the owner has written it. */
export type Damping = 'tolerance' | 'stabilisation' | 'cooldown' | 'step';

/** So many instances, or such a share of those that stood when the period began, within a period. */
export type RateLimit = { readonly per: Seconds } & (
  { readonly instances: number } | { readonly share: number }
);

/** How fast capacity may change in one direction. Of several limits the widest (`max`) or the narrowest (`min`) holds. */
export interface Rate {
  readonly limits: readonly RateLimit[];
  readonly select: 'max' | 'min' | 'disabled';
}

export interface ScalingPolicy {
  readonly signals: readonly Signal[];
  /** Share of minutes that may exceed what the instances in service can usefully carry: 0.01 is 1 %. */
  readonly violations: number;
  /** The most that caution may cost, as a share of what is needed: 0.5 is half as many instances again. */
  readonly headroom: { readonly atMost: number };
  /** Share of the target by which a signal may be off before capacity changes: 0.1 is 10 %; one for both directions. */
  readonly tolerance: number | EachWay<number>;
  /** How far back the lowest need (out) and the highest need (in) are looked for. */
  readonly stabilisation: EachWay<Seconds>;
  /** The least time between two changes in the same direction. */
  readonly cooldown: EachWay<Seconds>;
  /** How long a new instance counts as warming; without it the group's own default warm-up. */
  readonly warmUp?: Seconds;
  /** The most that one change may add or take, as a share of what stands: 1 doubles, or may take all. */
  readonly step: EachWay<number>;
  /** What of the damping the owner has written, so that it binds the whole decision. */
  readonly binding?: readonly Damping[];
  /** How long capacity that somebody has set by hand is kept; without it not at all. */
  readonly byHand?: Seconds;
  readonly rate?: Partial<EachWay<Rate>>;
  /** Bounds within those of the group. */
  readonly min?: number;
  readonly max?: number;
  readonly floors?: readonly Floor[];
  readonly holidays?: readonly Holiday[];
  readonly events?: readonly KnownEvent[];
  /** Capacity that is kept at least once no signal has had data for so long. */
  readonly fallback?: { readonly instances: number; readonly after: Seconds };
  readonly brake?: Brake;
  readonly money?: MoneyGuard;
}

/** By how much a signal may be off its target in a direction. */
export function toleranceOf({ tolerance }: Pick<ScalingPolicy, 'tolerance'>, direction: Direction): number {
  return typeof tolerance === 'number' ? tolerance : tolerance[direction];
}
