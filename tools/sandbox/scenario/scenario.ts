import type { FleetName } from '../../../shared/domain/index.ts';
import type { EntryInput } from '../../cloud/weather/plan/schema.ts';
import type { Invariant, Verdict } from '../observe/invariants/index.ts';
import type { Stage } from '../stage.ts';

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

/** Something that goes on during a run. */
export interface Opened {
  /** Ends it, when the load and its aftermath are over. */
  readonly close: () => void | Promise<void>;
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
  readonly opened?: (stage: Stage, day: Day) => Promise<Opened>;
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
