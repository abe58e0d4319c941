import type { FleetName } from './fleet.ts';
import type { Instant } from './time.ts';

/** One step of why. `code` is a contract; `facts` are the figures it rests on. */
export interface Reason {
  readonly code: ReasonCode;
  readonly facts: Readonly<Record<string, string | number | boolean>>;
}

export type ReasonCode =
  | 'SIGNAL_ABOVE_TARGET'
  | 'SIGNAL_BELOW_TARGET'
  | 'WITHIN_TOLERANCE'
  | 'NO_DATA'
  | 'INACTIVE'
  | 'ACTIVATED'
  | 'USEFUL_UNSURE'
  | 'USEFUL_CHANGED'
  | 'USEFUL_RELEARNT'
  | 'STABILISING'
  | 'COOLING_DOWN'
  | 'WARMING_UP'
  | 'CAPACITY_MISSING'
  | 'AT_MAX'
  | 'AT_MIN'
  | 'STEP_LIMITED'
  | 'ALARM_STANDS'
  | 'REFRESH_IN_PROGRESS'
  | 'REPLACEMENT'
  | 'LAUNCHES_FAIL'
  | 'ALL_PROTECTED'
  | 'INSTANCES_WEIGH'
  | 'TAGS_UNKNOWN'
  | 'PAUSED'
  | 'SUSPENDED'
  | 'EMPTY_BOUNDS'
  | 'FORECAST_ONLY'
  | 'SMALL_CHANGE'
  | 'RATE_LIMITED'
  | 'DIRECTION_DISABLED'
  | 'FLOOR'
  | 'FALLBACK'
  | 'SET_BY_HAND'
  | 'FORECAST'
  | 'HEADROOM_CAPPED'
  | 'SCALE_IN_HELD'
  | 'WITHIN_BAND'
  | 'DISRUPTION_BUDGET'
  | 'DISRUPTION_BUDGET_OF_ZONE'
  | 'UNHEALTHY_SHARE'
  | 'ZONE_OUTAGE'
  | 'NO_STEP'
  | 'KNOWN_EVENT'
  | 'DOWNSTREAM_BRAKE'
  | 'DATABASE_UNKNOWN'
  | 'MONEY_SHORT'
  | 'MONEY_SPENT';

/** What was expected of a signal when a decision was made. Demands are the whole fleet's, in the signal's unit. */
export interface DecisionForecast {
  /** The minute that it is for: when an instance that is launched now would serve. */
  readonly at: Instant;
  readonly expected: number;
  /** What the need can carry. */
  readonly upper: number;
  /** Instances. */
  readonly need: number;
  /** How likely demand then stays within `upper`: 0 to 1. */
  readonly quantile: number;
  /** `upper` over `expected`, less one. */
  readonly headroom: number;
}

/** By the names of the signals that are forecast. */
export type DecisionForecasts = Readonly<Record<string, DecisionForecast>>;

/** What the policy beside the one that acts would have done. */
export type ShadowDecision = Pick<Decision, 'action' | 'to' | 'reasons' | 'inputs' | 'forecasts'>;

/**
 * What was decided for a fleet's capacity, and why. Doing nothing (`hold`) is a decision too.
 * Recorded before it is carried out, under its id.
 */
export interface Decision {
  readonly id: string;
  readonly fleet: FleetName;
  readonly group: string;
  readonly at: Instant;
  readonly action: 'scale-out' | 'scale-in' | 'hold';
  readonly from: number;
  readonly to: number;
  /** Instances to terminate, for `scale-in`: of `from - to` units of capacity, an instance being one without weights. */
  readonly victims: readonly string[];
  readonly reasons: readonly Reason[];
  /** What asked for the capacity that the guards were shown: a signal, a forecast, a floor … */
  readonly rule?: ReasonCode;
  /** The guards that have brought it nearer to no change, or to none; their reasons say why. */
  readonly vetoes?: readonly ReasonCode[];
  /** True in the modes that only watch: recorded, not carried out. */
  readonly isShadow: boolean;
  /** The event that asked for it. */
  readonly cause: string;
  readonly inputs: Readonly<Record<string, number | string | boolean | null>>;
  readonly forecasts?: DecisionForecasts;
  readonly shadow?: ShadowDecision;
}
