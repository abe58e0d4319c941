import type { Activity, Group, Seconds } from '../../domain/index.ts';
import { SECOND } from '../../domain/index.ts';

/** How long one instance took to come, or to go. */
export interface Took {
  readonly instance: string;
  /** The version of the launch template it came from, which stands for its image and its type. */
  readonly version: string;
  readonly seconds: Seconds;
}

/** What a fleet's instances were seen to take, the newest last. */
export interface MeasuredTimings {
  readonly boots: readonly Took[];
  readonly drains: readonly Took[];
  /** Versions of instances by their ids: whoever is gone cannot be asked any more. */
  readonly versions: Readonly<Record<string, string>>;
}

export const NOTHING_MEASURED: MeasuredTimings = { boots: [], drains: [], versions: {} };

/** As many as are remembered of each kind: some days of a small fleet. */
const MOST = 60;
/** What one version's instances took is judged by the newest of them, once there are some. */
const NEWEST = 20;
const FEWEST = 3;
const PERCENTILE = 0.95;

const LAUNCHED = /^Launching a new EC2 instance: (i-[0-9a-f]+)/;
const TERMINATED = /^Terminating EC2 instance: (i-[0-9a-f]+)/;

/** Takes in what a group's activities tell; each instance once, however often they are read. */
export function measureTimings(
  known: MeasuredTimings,
  group: Pick<Group, 'instances' | 'defaultWarmUp'>,
  activities: readonly Activity[],
): MeasuredTimings {
  const versions = versionsOf(known, group);
  const oldestFirst = activities.toReversed();
  const boots = oldestFirst.flatMap((activity) => took(activity, LAUNCHED, versions, group.defaultWarmUp));
  const drains = oldestFirst.flatMap((activity) => took(activity, TERMINATED, versions, 0));
  return {
    boots: withNew(known.boots, boots),
    drains: withNew(known.drains, drains),
    versions,
  };
}

/** Those that stand come last: who has long been gone is forgotten first. */
function versionsOf({ versions }: MeasuredTimings, { instances }: Pick<Group, 'instances'>) {
  const standing = new Map(
    instances.map(({ id, launchTemplateVersion = '' }) => [id, launchTemplateVersion]),
  );
  const gone = Object.entries(versions).filter(([id]) => !standing.has(id));
  return Object.fromEntries([...gone.slice(-MOST), ...standing]);
}

/** An activity of a launch ends only after the group's own warm-up, in which the instance serves already. */
function took(
  { description, status, startedAt, endedAt }: Activity,
  kind: RegExp,
  versions: Readonly<Record<string, string>>,
  ownWarmUp: Seconds = 0,
): Took[] {
  const instance = kind.exec(description)?.[1];
  if (instance === undefined || status !== 'Successful' || endedAt === undefined) return [];
  const seconds = Math.max(0, Math.round((endedAt - startedAt) / SECOND) - ownWarmUp);
  return [{ instance, version: versions[instance] ?? '', seconds }];
}

function withNew(known: readonly Took[], seen: readonly Took[]): readonly Took[] {
  const instances = new Set(known.map(({ instance }) => instance));
  return [...known, ...seen.filter(({ instance }) => !instances.has(instance))].slice(-MOST);
}

/** What an instance of the newest version takes at most, 95 times in a hundred; nothing where nothing tells. */
export function timingsOf(
  { boots, drains }: MeasuredTimings,
  group: Pick<Group, 'instances'>,
): { readonly boot?: Seconds; readonly drain?: Seconds } {
  const version = newestVersion(group);
  const [boot, drain] = [most(boots, version), most(drains, version)];
  return { ...(boot !== undefined && { boot }), ...(drain !== undefined && { drain }) };
}

function newestVersion({ instances }: Pick<Group, 'instances'>): string {
  const versions = instances.map(({ launchTemplateVersion = '' }) => launchTemplateVersion);
  return versions.reduce((newest, version) => (Number(version) > Number(newest) ? version : newest), '');
}

/** By the version's own instances; as long as there are too few of them, by all. */
function most(all: readonly Took[], version: string): Seconds | undefined {
  const own = all.filter((one) => one.version === version);
  const counting = (own.length < FEWEST ? all : own).slice(-NEWEST);
  const ascending = counting.map(({ seconds }) => seconds).sort((one, other) => one - other);
  return ascending[Math.max(0, Math.ceil(PERCENTILE * ascending.length) - 1)];
}
