import type { FragmentFleet } from '../../backtest/fragment.ts';
import { generatedLoad, LOAD_NAMES } from '../../backtest/loads/index.ts';
import { neededFor } from '../../backtest/needed.ts';
import type { Setting } from '../../backtest/setting.ts';
import { usefulLoad } from '../../backtest/setting.ts';
import type { MinuteTrace } from '../../backtest/trace/index.ts';
import { capacityFor, readMinutes, USUAL_FLEET } from '../../backtest/trace/index.ts';
import type { AwsOptions } from '../aws.ts';
import { clientsFor } from '../doctor/observe/clients.ts';
import { ALLOW_READING, explained } from '../refusals.ts';
import { UsageError } from '../usage-error.ts';
import { KEPT } from './group/history.ts';
import type { Given } from './group/index.ts';
import { groupLoad } from './group/index.ts';
import { observeGroup } from './group/observe.ts';

/** What the user says of the load and of the world that it comes to. */
export interface SubjectOptions
  extends AwsOptions, Omit<Setting, 'capacity' | 'usefulShare' | 'headroomAtMost' | 'max'> {
  readonly trace?: string;
  readonly load?: string;
  readonly group?: string;
  readonly days?: number;
  readonly capacity?: number;
  readonly instances?: number;
  readonly useful: number;
  readonly headroom: number;
  readonly max?: number;
}

/** A load, and the fleet that it is tried on. */
export interface Subject {
  readonly trace: MinuteTrace;
  readonly setting: Setting;
  /** How many instances the 99.5th percentile was made to need, where no capacity was given. */
  readonly scaledTo: number | undefined;
  /** As fleets.yml would have it. */
  readonly fleet: FragmentFleet;
  /** What was read off a group, and what could not be. */
  readonly assumptions: readonly string[];
}

/** How many days of a group's history are tried, where nobody says. */
export const USUAL_DAYS = 14;

/** `max` where none is given, as a multiple of what the load needs at its highest: out of the way of every policy. */
export const AMPLE = 10;

/**
 * @param isGiven  whether the user has given an option, where it has a default
 * @throws UsageError
 */
export async function subjectOf(
  options: SubjectOptions,
  isGiven: (option: keyof Given) => boolean,
): Promise<Subject> {
  const sources = (['trace', 'group', 'load'] as const).filter((source) => options[source] !== undefined);
  if (sources.length > 1)
    throw new UsageError(`--${sources.join(' and --')} are both given: choose one of them`);
  if (options.capacity !== undefined && options.instances !== undefined)
    throw new UsageError('--capacity and --instances are both given: one follows from the other, choose one');
  return options.group === undefined
    ? subjectOfTrace(options)
    : subjectOfGroup(options.group, options, isGiven);
}

async function subjectOfTrace(options: SubjectOptions): Promise<Subject> {
  const trace = await traceOf(options);
  const { min, useful: usefulShare } = options;
  const capacity = options.capacity ?? capacityFor(trace, options.instances ?? USUAL_FLEET, usefulShare);
  const max = options.max ?? ampleMax(trace, usefulLoad({ capacity, usefulShare }), min);
  requireCountable(trace, usefulLoad({ capacity, usefulShare }), capacity);
  const setting = settingOf(options, { capacity, min, max });
  // Without a capacity the load's form alone is known: the fleet learns what an instance carries.
  const useful = options.capacity === undefined ? 'learn' : usefulLoad(setting);
  return {
    trace,
    setting,
    scaledTo: options.capacity === undefined ? (options.instances ?? USUAL_FLEET) : undefined,
    fleet: { name: 'web', signal: { metric: 'alb-requests-per-target', useful } },
    assumptions: [],
  };
}

async function subjectOfGroup(
  name: string,
  options: SubjectOptions,
  isGiven: (option: keyof Given) => boolean,
): Promise<Subject> {
  const { days = USUAL_DAYS } = options;
  if (options.instances !== undefined)
    throw new UsageError(
      '--instances is of files and generated loads: a group has its own size, leave it out',
    );
  if (days > KEPT)
    throw new UsageError(`--days is ${days}: CloudWatch keeps ${KEPT} days, write at most those`);
  const observed = await explained(() => observeGroup(name, days, clientsFor(options)), ALLOW_READING);
  const { trace, metric, fleetName, assumptions, ...known } = groupLoad(
    observed,
    options,
    Object.fromEntries(GIVEN.filter(isGiven).map((option) => [option, options[option]])),
  );
  const setting = settingOf(options, known.setting);
  return {
    trace,
    setting,
    scaledTo: undefined,
    fleet: { name: fleetName, group: name, signal: { metric, useful: usefulLoad(setting) } },
    assumptions,
  };
}

const GIVEN = ['boot', 'drain', 'price', 'min', 'max', 'capacity'] as const;

async function traceOf({ trace, load, days, seed }: SubjectOptions): Promise<MinuteTrace> {
  if (trace !== undefined && days !== undefined)
    throw new UsageError('--days is of generated loads and of groups: leave it out with --trace');
  if (trace !== undefined) return readMinutes(trace);
  if (load !== undefined) return generatedLoad(load, seed, days);
  throw new UsageError(
    `there is no load: give --trace FILE.csv (columns epoch_seconds,value), --group with the name of an Auto Scaling group, or --load with one of ${LOAD_NAMES.join(', ')}`,
  );
}

function settingOf(
  options: SubjectOptions,
  known: Pick<Setting, 'capacity' | 'min' | 'max'> & Partial<Setting>,
): Setting {
  const { boot, drain, lag, period, price, budget, seed, useful: usefulShare, headroom } = options;
  if (known.min > known.max)
    throw new UsageError(`--min ${known.min} is above --max ${known.max}: write a --min that is not`);
  return { boot, drain, lag, period, price, budget, seed, usefulShare, headroomAtMost: headroom, ...known };
}

function ampleMax(trace: MinuteTrace, useful: number, min: number): number {
  return AMPLE * neededFor(highestOf(trace), useful, Math.max(1, min));
}

/** More instances than anybody has: the capacity was written in another unit than the load. */
const MOST_INSTANCES = 1_000_000;

function requireCountable(trace: MinuteTrace, useful: number, capacity: number): void {
  const highest = highestOf(trace);
  if (neededFor(highest, useful, 0) > MOST_INSTANCES)
    throw new UsageError(
      `--capacity is ${capacity}, and ${trace.name} comes to ${highest}: that needs more than ${MOST_INSTANCES} instances, write what uses one up in the file's own unit`,
    );
}

function highestOf({ load }: MinuteTrace): number {
  return load.reduce((most, one) => Math.max(most, one), 0);
}
