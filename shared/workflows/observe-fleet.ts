import type { Fleet, Group, Instant, ScalingPolicy, Seconds, Signal } from '../domain/index.ts';
import { isServing, MINUTE, SECOND, wakesByRequests } from '../domain/index.ts';
import { DEFAULT_TIMINGS } from '../policy/scaling/forecast/index.ts';
import type { Situation, TimedValue, World } from '../policy/scaling/index.ts';
import { brakeSignal, companionsOf, learnPast } from '../policy/scaling/index.ts';
import type { FleetMemory, Reading, Watch } from '../policy/scaling/memory/index.ts';
import {
  LAG,
  meaningOf,
  memoryOf,
  readOf,
  servingIds,
  shadowKey,
  takenUp,
  watchedSignals,
} from '../policy/scaling/memory/index.ts';
import { timingsOf } from '../policy/scaling/timings.ts';
import type { Balancers, Clock, Groups, Memory, Metrics } from '../ports/index.ts';

export interface ObservingPorts {
  readonly groups: Pick<Groups, 'activities'>;
  readonly metrics: Pick<Metrics, 'read' | 'history'>;
  readonly balancers: Pick<Balancers, 'inFrontOf'>;
  readonly memory: Memory;
  readonly clock: Clock;
}

/** What an evaluation sees at its begin. */
export interface Seen {
  readonly situation: Situation;
  /** The same world as the policy beside the one that acts sees it. */
  readonly shadow: Situation | undefined;
  readonly memory: FleetMemory;
  /** Which state of the memory that is; undefined where there was none. */
  readonly version: number | undefined;
  readonly readings: readonly Reading[];
}

/** What is remembered of a fleet. */
export interface Recalled {
  readonly memory: FleetMemory;
  readonly version: number | undefined;
}

/** Samples older than the freshest minutes matter to no decision but through its stabilisation. */
const LEAST_SAMPLES: Seconds = 10 * 60;

export const ACTIVITIES = 100;

/** Who served is asked for as long as a minute may come whose load others have shared. */
const UNSETTLED = 5 * MINUTE;

export async function recall(fleet: Fleet, memory: Memory): Promise<Recalled> {
  if (watchedSignals(fleet).length === 0) return { memory: memoryOf(undefined), version: undefined };
  const remembered = await memory.recall(fleet.name);
  return { memory: memoryOf(remembered?.content), version: remembered?.version };
}

/** What tells whether there is anything to change. */
export async function observe(
  fleet: Fleet,
  described: Group,
  { memory, version }: Recalled,
  on: ObservingPorts,
): Promise<Seen> {
  const now = on.clock.now();
  const group = await withBalancers(fleet, described, on.balancers);
  const watches = takenUp(memory, watchedSignals(fleet), now);
  const [samples, activities] = await Promise.all([
    samplesSince(fleet, group, watches, now, on.metrics),
    watches.length > 0 && isUnsettled(memory, group, now) ? on.groups.activities(group.name, ACTIVITIES) : [],
  ]);
  const readings = watches.map((watch) =>
    readOf(watch, samplesOf({ isShadow: watch.isShadow, name: watch.signal.name }, samples), now),
  );
  const world = {
    group,
    highAlarms: [],
    activities,
    isRefreshing: false,
    history: [],
    isAtAGlance: true,
    timings: { ...DEFAULT_TIMINGS, ...timingsOf(memory.timings, group), lag: LAG },
  };
  const since = now - windowOf(fleet) * SECOND;
  for (const { learner, signal, isShadow } of watches) {
    const own = new Map([...samples, [signal.name, samplesOf({ isShadow, name: signal.name }, samples)]]);
    if (learner !== undefined) learnPast(learner, signal, own, { group, until: since });
  }
  const seenBy = (policy: ScalingPolicy, isShadow: boolean): Situation => ({
    world: { ...world, ...lookingAhead(policy, isShadow, readings, samples, since) },
    fleet: { ...fleet, scaling: policy, ...(isShadow && { mode: 'shadow' }) },
    now,
  });
  return {
    situation: seenBy(fleet.scaling, false),
    shadow: fleet.shadow && seenBy(fleet.shadow, true),
    memory,
    version,
    readings,
  };
}

/** While nobody serves, it is the load balancers that know whether anybody asks. */
async function withBalancers(
  { scaling, shadow }: Fleet,
  group: Group,
  balancers: ObservingPorts['balancers'],
): Promise<Group> {
  const signals = [...scaling.signals, ...(shadow?.signals ?? [])];
  if (group.instances.some(isServing) || !signals.some(wakesByRequests)) return group;
  return { ...group, loadBalancers: await balancers.inFrontOf(group.targetGroupArns) };
}

/** Beyond this, what is missing is a start, or an outage: it is read apart from the minutes that decide. */
const LONG: Seconds = 4 * 60 * 60;

/** What every signal has shown: as far back as rules look, and as its forecast has not seen. */
async function samplesSince(
  fleet: Fleet,
  group: Group,
  watches: readonly Watch[],
  now: Instant,
  metrics: ObservingPorts['metrics'],
): Promise<Samples> {
  const signals = signalsToRead(fleet);
  const last = lookBack(fleet, watches, now);
  if (last <= LONG) return metrics.read(group, signals, last, now);
  const [past, recent] = await Promise.all([
    metrics.history(group, signals, now - last * SECOND, MINUTE / SECOND, now),
    metrics.read(group, signals, windowOf(fleet), now),
  ]);
  return new Map([...recent].map(([name, samples]) => [name, joined(past.get(name) ?? [], samples)]));
}

function joined(past: readonly TimedValue[], recent: readonly TimedValue[]): readonly TimedValue[] {
  const begin = recent[0]?.at ?? Infinity;
  return [...past.filter(({ at }) => at < begin), ...recent];
}

/** A fleet's signals by the names under which they are read: the shadow's own only where they measure something else. */
function signalsToRead({ scaling, shadow }: Fleet): readonly Signal[] {
  const meanings = new Map(scaling.signals.map((signal) => [signal.name, meaningOf(signal)]));
  const others = (shadow?.signals ?? []).filter((signal) => meanings.get(signal.name) !== meaningOf(signal));
  const brake = scaling.brake ?? shadow?.brake;
  return [
    ...scaling.signals,
    ...others.map((signal) => ({ ...signal, name: shadowKey(signal.name) })),
    ...companionsOf([...scaling.signals, ...others]),
    ...(brake === undefined ? [] : [brakeSignal(brake)]),
  ];
}

type Samples = ReadonlyMap<string, readonly TimedValue[]>;

function samplesOf({ isShadow, name }: { isShadow: boolean; name: string }, samples: Samples) {
  return (isShadow ? samples.get(shadowKey(name)) : undefined) ?? samples.get(name) ?? [];
}

/** How far back samples matter to rules. */
function windowOf({ scaling, shadow }: Fleet): Seconds {
  const spans = [scaling, ...(shadow === undefined ? [] : [shadow])].flatMap(
    ({ stabilisation, fallback }) => [stabilisation.out, stabilisation.in, fallback?.after ?? 0],
  );
  return Math.max(LEAST_SAMPLES, ...spans);
}

function lookBack(fleet: Fleet, watches: readonly Watch[], now: Instant): Seconds {
  const oldest = Math.min(now, ...watches.map(({ since }) => since));
  return Math.max(windowOf(fleet), Math.ceil((now - oldest) / MINUTE) * 60 + 60);
}

function isUnsettled({ serving }: FleetMemory, group: Group, now: Instant): boolean {
  return now - serving.since < UNSETTLED || servingIds(group).join() !== serving.ids.join();
}

/** What one policy sees of the signals: whole minutes where it forecasts, and its own forecasts. */
function lookingAhead(
  { signals, brake }: ScalingPolicy,
  isShadow: boolean,
  readings: readonly Reading[],
  samples: Samples,
  since: Instant,
): Pick<World, 'samples' | 'forecasts' | 'learners'> {
  const own = readings.filter(({ watch }) => watch.isShadow === isShadow);
  const beside = [...companionsOf(signals), ...(brake === undefined ? [] : [brakeSignal(brake)])];
  const raw = [...signals, ...beside].map(({ name }): [string, readonly TimedValue[]] => [
    name,
    samplesOf({ isShadow, name }, samples).filter(({ at }) => at >= since),
  ]);
  const whole = own.map(({ watch, samples: of }): [string, readonly TimedValue[]] => [watch.signal.name, of]);
  return {
    samples: new Map([...raw, ...whole]),
    forecasts: new Map(own.map(({ watch }) => [watch.signal.name, watch.forecast])),
    learners: new Map(
      own.flatMap(({ watch: { signal, learner } }) =>
        learner === undefined ? [] : [[signal.name, learner]],
      ),
    ),
  };
}
