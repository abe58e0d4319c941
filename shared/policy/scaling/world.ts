import type { Activity, Database, Decision, Disruption, Fleet, Group, Instant } from '../../domain/index.ts';
import type { Forecaster, Timings } from './forecast/index.ts';
import type { UsefulCapacity, UsefulLearner } from './useful-capacity/index.ts';

/** A value per instance, over the minute that begins at `at`. */
export interface TimedValue {
  readonly at: Instant;
  readonly value: number;
  /** The whole fleet's, where the metric gives it. */
  readonly total?: number;
  /** How many instances the value is the mean of, where each reports its own. */
  readonly reports?: number;
}

/** All that a decision on capacity rests on, as it was observed. */
export interface World {
  readonly group: Group;
  /** The last minutes of each signal by its name, oldest first; a minute without data is absent. */
  readonly samples: ReadonlyMap<string, readonly TimedValue[]>;
  /** Names of the fleet's alarms on the high side that stand. */
  readonly highAlarms: readonly string[];
  /** The group's activities, newest first. */
  readonly activities: readonly Activity[];
  readonly isRefreshing: boolean;
  /** The fleet's decisions, newest first. */
  readonly history: readonly Decision[];
  /** The ledger has not been asked: no decision in `history` says nothing then of who has changed what. */
  readonly isAtAGlance?: boolean;
  /** How long launches and drains take here, and metrics to be read; without it as they usually do. */
  readonly timings?: Timings;
  /** The forecaster of each signal with a useful load, by its name; it takes in the samples as it is asked. */
  readonly forecasts?: ReadonlyMap<string, Forecaster>;
  /** What an instance can usefully carry by each signal, where that has been learnt. */
  readonly useful?: ReadonlyMap<string, number>;
  /** The learner of each signal whose useful load is learnt, by its name; it takes in the samples as it is asked. */
  readonly learners?: ReadonlyMap<string, UsefulLearner>;
  /** What took instances out of work within the period of the fleet's disruption budget. */
  readonly disruptions?: readonly Disruption[];
  /** What the fleet's desired capacity has come to in the month, where its policy asks for it. */
  readonly instanceHours?: number;
  /** The databases behind the fleet, where its brake rests on what they usually take. */
  readonly databases?: readonly Database[] | 'unknown';
  /** Instances that their owner has marked by a tag; while that is unknown, none is taken. */
  readonly untouchable?: ReadonlySet<string> | 'unknown';
  /** How much work instances have, by any measure that is the same for all of them, where it is known. */
  readonly work?: ReadonlyMap<string, number>;
  /** When instances were launched; without it, as far as activities say. */
  readonly launchedAt?: ReadonlyMap<string, Instant>;
}

/** How many of a group's instances do what, each counted as its weight: desired capacity is in that unit. */
export interface Capacity {
  /** In service and healthy. */
  readonly serving: number;
  /** Serving for less than the warm-up: their load is not what it will be. */
  readonly warming: number;
  /** On their way into service. */
  readonly coming: number;
  /** When those that serve came into service, as far as is known. */
  readonly joined: readonly Instant[];
  /** Who came into service, and who left it, as far as is known. */
  readonly moves?: readonly Move[];
}

/** An instance that came into service (units above 0) or left it (below 0); a weighted one counts as its weight. */
export interface Move {
  readonly at: Instant;
  readonly units: number;
}

/** What a decision is made from: the world, the fleet with its policy, and the time. */
export interface Situation {
  readonly world: World;
  readonly fleet: Fleet;
  readonly now: Instant;
}

/** What every rule sees. */
export interface View extends Situation {
  readonly capacity: Capacity;
  /** What an instance can usefully carry by each signal that learns it, and how that is known. */
  readonly learnt?: ReadonlyMap<string, UsefulCapacity>;
}
