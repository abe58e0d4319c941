/** A small AWS in memory for the scaling workflow: it holds state and counts calls. */
import type {
  AlarmState,
  Configuration,
  Database,
  Decision,
  Disruption,
  Fleet,
  Group,
  Instant,
  Signal,
  Story,
} from '../../shared/domain/index.ts';
import { FenceError, MINUTE, SECOND } from '../../shared/domain/index.ts';
import type { RefreshStatus, Remembered } from '../../shared/ports/index.ts';
import type { TimedValue } from '../../shared/policy/scaling/index.ts';
import type { ScalePorts } from '../../shared/workflows/scale-fleet.ts';
import type { Crashes } from './crashes.ts';
import { LeaseFake } from './memory-fake.ts';
import { fleet, group, launch, NOW, steady } from './world.ts';

export const HIGH = 'evenkeel/prod/web/requests-high';

export class World {
  now: Instant = NOW;
  fleets: Fleet[] = [fleet()];
  group: Group | undefined = group(4);
  samples: TimedValue[] = steady(150);
  alarms: { name: string; state: AlarmState; changedAt: Instant }[] = [
    { name: HIGH, state: 'ALARM', changedAt: NOW },
  ];
  activities = [launch(0, 60 * 60_000)];
  refreshes: RefreshStatus[] = [];
  decisions: Decision[] = [];
  stories = new Map<string, Story>();
  claims = new Map<string, string>();
  /** What is remembered, as the ledger would give it back. */
  memory: Remembered | undefined;
  woken: string[] = [];
  /** How many seconds back each reading of the metrics went. */
  lookedBack: number[] = [];
  calls: string[] = [];
  /** Changes of capacity that took effect. */
  writes: string[] = [];
  disruptions: Disruption[] = [];
  /** Instances that are not to be touched. */
  tagged = (): ReadonlySet<string> => new Set<string>();
  databases = (): readonly Database[] => [];
  /** Percent of each instance's CPU. */
  busyness = (): ReadonlyMap<string, number> => new Map<string, number>();
  launchTimes = (): ReadonlyMap<string, Instant> => new Map<string, Instant>();
  /** Samples of more than the signal. */
  more = new Map<string, TimedValue[]>();
  held = false;
  fence = 0;
  /** What happens between the observation and the write. */
  beforeWrite: () => void = () => undefined;
  terminate: (instance: string) => 'done' | 'gone' | 'refused' | 'busy' = () => 'done';
  #ids = 0;

  get configuration(): Configuration {
    return { fleets: this.fleets, notify: { email: [] } };
  }

  async call<Result>(name: string, effect: () => Result): Promise<Result> {
    this.calls.push(name);
    return effect();
  }

  get ports(): ScalePorts {
    return {
      stage: 'prod',
      service: 'evenkeel-prod',
      configuration: this.configuration,
      ...this.#observing(),
      ...this.#remembering(),
      clock: { now: () => this.now },
      ids: { next: () => `id-${++this.#ids}` },
      groups: this.#groups(),
      databases: { described: () => this.call('DescribeDBInstances', () => this.databases()) },
      instances: {
        tagged: () => this.call('DescribeInstances', () => this.tagged()),
        launchTimes: () => this.call('DescribeInstances of launches', () => this.launchTimes()),
      },
    };
  }

  /** The same with a boundary at which calls fail, and a lease that ends by itself. */
  portsWith(crashes: Crashes): ScalePorts {
    const { ports } = this;
    const lease = new LeaseFake({ now: () => this.now }, (table) => crashes.around('lease', table));
    const record: ScalePorts['ledger']['record'] = (...args) => {
      this.fence = lease.fence;
      return ports.ledger.record(...args);
    };
    return {
      ...ports,
      groups: crashes.around('groups', ports.groups),
      metrics: crashes.around('metrics', ports.metrics),
      alarms: crashes.around('alarms', ports.alarms),
      balancers: crashes.around('balancers', ports.balancers),
      instances: crashes.around('instances', ports.instances),
      databases: crashes.around('databases', ports.databases),
      memory: crashes.around('memory', ports.memory),
      outbox: crashes.around('outbox', ports.outbox),
      ledger: crashes.around('ledger', { ...ports.ledger, record }),
      lease,
    };
  }

  #observing(): Pick<ScalePorts, 'metrics' | 'alarms' | 'balancers'> {
    return {
      metrics: {
        read: (_, signals, last, now) =>
          this.call('GetMetricData', () => {
            this.lookedBack.push(last);
            return this.#samplesSince(Math.floor(now / MINUTE) * MINUTE - last * SECOND, signals);
          }),
        history: (_, signals, since) =>
          this.call('GetMetricData of history', () => {
            this.lookedBack.push((this.now - since) / SECOND);
            return this.#samplesSince(since, signals);
          }),
        busyness: () => this.call('GetMetricData of instances', () => this.busyness()),
      },
      balancers: { inFrontOf: () => this.call('DescribeTargetGroups', () => ['app/web/1']) },
      alarms: { withPrefix: () => this.call('DescribeAlarms', () => this.alarms) },
    };
  }

  #samplesSince(since: Instant, signals: readonly Signal[]): ReadonlyMap<string, readonly TimedValue[]> {
    const past = (name: string) => this.more.get(name) ?? this.samples;
    return new Map(
      signals.map(({ name }) => [
        name,
        past(name).filter(({ at }) => at >= since && at + MINUTE <= this.now),
      ]),
    );
  }

  #groups(): ScalePorts['groups'] {
    return {
      ofFleet: () => this.call('DescribeAutoScalingGroups', () => this.group),
      named: () => this.call('DescribeAutoScalingGroups', () => this.group),
      activities: () => this.call('DescribeScalingActivities', () => this.activities),
      refreshes: () => this.call('DescribeInstanceRefreshes', () => this.refreshes),
      setDesired: async (_, desired) => {
        this.beforeWrite();
        return this.call('SetDesiredCapacity', () => {
          this.writes.push(`desired ${desired}`);
          if (this.group !== undefined) this.group = { ...this.group, desired };
          return 'done';
        });
      },
      terminateAndDecrement: (instance) =>
        this.call('TerminateInstanceInAutoScalingGroup', () => {
          const effect = this.terminate(instance);
          if (effect === 'done') this.#take(instance);
          return effect;
        }),
    };
  }

  #take(instance: string): void {
    this.writes.push(`took ${instance}`);
    if (this.group === undefined) return;
    const instances = this.group.instances.map((member) =>
      member.id === instance ? { ...member, lifecycle: 'Terminating:Wait' } : member,
    );
    this.group = { ...this.group, instances, desired: this.group.desired - 1 };
  }

  #remembering(): Pick<ScalePorts, 'lease' | 'ledger' | 'memory' | 'outbox'> {
    return {
      memory: {
        recall: () => this.call('GetItem memory', () => this.memory),
        remember: (_, content, replaces) =>
          this.call('PutItem memory', () => {
            if (this.memory?.version !== replaces) return false;
            const version = (replaces ?? 0) + 1;
            this.memory = { version, content: JSON.parse(JSON.stringify(content)) as unknown };
            return true;
          }),
      },
      lease: {
        withLease: async (_, __, work) => {
          if (this.held) return 'busy';
          this.held = true;
          try {
            return await work(++this.fence);
          } finally {
            this.held = false;
          }
        },
      },
      ledger: {
        claim: (name, owner) =>
          this.call('claim', () => {
            const other = this.claims.get(name) ?? owner;
            this.claims.set(name, other);
            return other === owner ? 'claimed' : { name, owner: other, at: this.now };
          }),
        decisions: (_, since, limit) =>
          this.call('Query', () =>
            this.decisions
              .filter(({ at }) => at >= since)
              .slice(-limit)
              .toReversed(),
          ),
        disrupt: (_, __, disruption) => this.call('PutItem', () => void this.disruptions.push(disruption)),
        disruptions: () => this.call('Query', () => this.disruptions),
        note: (decision) => this.call('PutItem', () => void this.decisions.push(decision)),
        record: (decision, fence, story) =>
          this.call('TransactWriteItems', () => {
            if (fence !== this.fence) throw new FenceError(decision.fleet, fence);
            this.decisions.push(decision);
            // One that stands in the outbox already is not written anew.
            if (story !== undefined && !this.stories.has(story.id)) this.stories.set(story.id, story);
          }),
      },
      outbox: {
        tell: (story) => this.call('tell', () => void this.stories.set(story.id, story)),
        wake: (id) => this.call('SendMessage', () => void this.woken.push(id)),
      },
    };
  }
}
