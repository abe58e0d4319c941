import type { FleetName } from '../../../shared/domain/index.ts';
import type { EntryInput } from '../../cloud/weather/plan/schema.ts';
import type { Invariant, Verdict } from '../observe/invariants/index.ts';
import type { Trace } from '../load/trace.ts';
import type { Stage } from '../stage.ts';
import type { TrafficReport } from '../traffic/report.ts';
import type { JobsReport } from '../workers/job-log.ts';

/** When the load begins and ends, milliseconds since the epoch. */
export interface Day {
  readonly start: number;
  readonly end: number;
}

/** What is deployed, and which of its fleets is watched. */
export interface Setting {
  /** A file of infra/profiles, without its ending. */
  readonly profile: string;
  readonly fleet: FleetName;
  /** The name of that fleet's group, where there are others as well. */
  readonly group?: string;
  /** Where the fleets stand, from the project's folder. */
  readonly fleets: string;
  /** Further parameters of the deployment. */
  readonly params?: Readonly<Record<string, string>>;
}

/** Lets virtual milliseconds pass. */
export type Wait = (milliseconds: number) => Promise<void>;

/** Something that a person does while the load goes on. Time stands still for it, but for its waiting. */
export interface Deed {
  /** Seconds from the load's begin. */
  readonly at: number;
  /** What the timeline says. */
  readonly says: string;
  readonly does: (stage: Stage, wait: Wait) => Promise<void>;
}

/** What the user has asked of a run. */
export interface Asked {
  readonly seed: number;
  /** Real requests, and whether instances are drained. */
  readonly requests: number;
  readonly drains: boolean;
}

/** A load of real requests, the only one there is. */
export interface RealTraffic {
  /** How many, unless the user says so. */
  readonly requests: number;
  /** Minutes of the cloud's time over which they come. */
  readonly minutes: number;
  /** Virtual seconds a real second, unless the user says so. */
  readonly speed: (requests: number) => number;
  /** Requests a second that one instance is taken to be able to serve, for its CPU's sake. */
  readonly capacity: (requests: number) => number;
}

/** Something that goes on during a run. */
export interface Opened {
  /** Ends it, when the load and its aftermath are over. */
  readonly close: () => void | Promise<void>;
  /** Resolves when all that the load has set off is over; without it, an hour after the load is. */
  readonly over?: Promise<void>;
  /** What became of real requests, asked after its end. */
  readonly report?: () => TrafficReport;
  /** What became of the jobs in a queue, asked after its end. */
  readonly jobs?: () => JobsReport;
  /** What it has found, asked after its end. */
  readonly verdicts?: () => readonly Verdict[];
}

export interface Scenario {
  readonly name: string;
  readonly description: string;
  /** Default: {@link WEB}. */
  readonly setting?: Setting;
  /** Hours of the load that it takes, unless the user says so. Default: all. */
  readonly hours?: number;
  /** Requests a second at the peak of the load. Default: {@link PEAK}. */
  readonly peak?: number;
  /** Requests a second that one instance can serve. Default: 100. */
  readonly capacity?: number;
  /** Minutes that the deployment and the first instances' boot take, in the cloud's time. Default: 10. */
  readonly lead?: number;
  /** What goes wrong, and when: durations count from the load's begin. */
  readonly entries: (day: Day) => readonly EntryInput[];
  /** What is there before the deployment. */
  readonly found?: (stage: Stage) => Promise<void>;
  readonly deeds?: (day: Day) => readonly Deed[];
  /** What goes on besides, from the deployment to the end of the load and its aftermath. */
  readonly opened?: (stage: Stage, day: Day, asked: Asked, load: Trace) => Promise<Opened>;
  /** A load that nobody else knows how to bring: what is `opened` does. */
  readonly load?: (seed: number) => Trace;
  /** Real requests in place of a load that is simulated. */
  readonly traffic?: RealTraffic;
  /** What its load is made of. Default: requests. */
  readonly counts?: string;
  /** What has to hold besides. */
  readonly invariants?: (day: Day) => readonly Invariant[];
  /** Ends with `sls remove`, after which nothing may be left. */
  readonly isRemoved?: boolean;
}

/** The base infrastructure as it is deployed when nobody says otherwise. */
export const WEB: Setting = { profile: 'web', fleet: 'web', fleets: 'fleets.yml' };

/** What the base infrastructure's fleet, at most 20 instances of 100 requests a second each, can serve at the peak. */
export const PEAK = 900;

/** Seconds from the load's begin until a share of its first day has passed. */
export function partOfDay(share: number, { start, end }: Day): number {
  return (share * Math.min(end - start, 24 * 3_600_000)) / 1000;
}
