import type {
  Announcement,
  Decision,
  Disruption,
  FleetEvent,
  Instant,
  Story,
} from '../../shared/domain/index.ts';
import { SECOND } from '../../shared/domain/index.ts';
import type {
  Admissions,
  Announcements,
  Claim,
  Clock,
  DrainOrder,
  DrainProgress,
  Drains,
  Fence,
  Lease,
  Instances,
  Ledger,
  Orders,
  Outbox,
  Starter,
} from '../../shared/ports/index.ts';
import type { ClockFake } from './clock-fake.ts';

/** The claims and disruptions of a ledger, in memory; claims expire. */
export class ClaimsFake implements Pick<
  Ledger,
  'claim' | 'isClaimed' | 'holder' | 'release' | 'decisions' | 'disrupt' | 'disruptions' | 'record'
> {
  readonly #clock: Clock;
  readonly #claims = new Map<string, Claim & { readonly until: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async claim(name: string, owner: string, keep: number): Promise<'claimed' | Claim> {
    const held = this.#held(name);
    if (held !== undefined && held.owner !== owner) return held;
    const now = this.#clock.now();
    this.#claims.set(name, { name, owner, at: now, until: now + keep * SECOND });
    return 'claimed';
  }

  readonly recorded: Decision[] = [];

  async record(decision: Decision): Promise<void> {
    this.recorded.push(decision);
  }

  async decisions(_: string, since: Instant, limit: number): Promise<readonly Decision[]> {
    return this.recorded
      .filter(({ at }) => at >= since)
      .toReversed()
      .slice(0, limit);
  }

  readonly disrupted = new Map<string, Disruption>();

  async disrupt(_: string, id: string, disruption: Disruption): Promise<void> {
    this.disrupted.set(id, disruption);
  }

  async disruptions(_: string, since: number): Promise<readonly Disruption[]> {
    return [...this.disrupted.values()].filter(({ at }) => at >= since);
  }

  async isClaimed(name: string): Promise<boolean> {
    return this.#held(name) !== undefined;
  }

  async holder(name: string): Promise<Claim | undefined> {
    return this.#held(name);
  }

  async release(name: string): Promise<void> {
    this.#claims.delete(name);
  }

  #held(name: string) {
    const claim = this.#claims.get(name);
    return claim !== undefined && claim.until > this.#clock.now() ? claim : undefined;
  }
}

/** Stories by their id: the same one told twice is one. */
export class OutboxFake implements Outbox {
  readonly stories = new Map<string, Story>();
  readonly woken: string[] = [];

  async tell(story: Story): Promise<void> {
    if (!this.stories.has(story.id)) this.stories.set(story.id, story);
  }

  async untold(before: number): Promise<readonly string[]> {
    return [...this.stories.values()].filter(({ at }) => at < before).map(({ id }) => id);
  }

  async wake(id: string): Promise<void> {
    this.woken.push(id);
  }

  get titles(): string[] {
    return [...this.stories.values()].map(({ title }) => title);
  }
}

/** What EC2 says of instances: which their owners have marked as not to be touched, `unreadable` where it does not say. */
export class MarksFake implements Pick<Instances, 'tagged' | 'state'> {
  marked: ReadonlySet<string> | 'unreadable' = new Set();
  /** Of whatever instance; undefined where EC2 does not know it any more. */
  ec2State: string | undefined;
  readonly asked: string[] = [];

  readonly tagged: Instances['tagged'] = async (_, tag) => {
    this.asked.push(tag);
    if (this.marked === 'unreadable') throw new Error('Request limit exceeded.');
    return this.marked;
  };

  state: Instances['state'] = async () => this.ec2State;
}

/** What AWS has announced of instances: of each change what was said last. */
export class AnnouncementsFake implements Announcements {
  readonly #said = new Map<string, Announcement>();

  async note(instance: string, announcement: Announcement): Promise<void> {
    const name = `${instance} ${announcement.change}`;
    if ((this.#said.get(name)?.saidAt ?? 0) <= announcement.saidAt) this.#said.set(name, announcement);
  }

  async of(instance: string): Promise<readonly Announcement[]> {
    return [...this.#said].filter(([name]) => name.startsWith(`${instance} `)).map(([, said]) => said);
  }
}

/** What was started, in its order. */
export class StarterFake implements Starter {
  readonly started: FleetEvent[] = [];

  async start(event: FleetEvent): Promise<void> {
    this.started.push(event);
  }
}

/** Drains as operators see them, and what was ordered of them. */
export class DrainsFake implements Drains {
  readonly progress = new Map<string, DrainProgress>();
  readonly orders = new Map<string, Orders>();

  async note(progress: DrainProgress): Promise<Orders> {
    this.progress.set(progress.instance, progress);
    return this.orders.get(progress.instance) ?? {};
  }

  async all() {
    return [...this.progress.values()].map((drain) => ({
      ...drain,
      orders: this.orders.get(drain.instance) ?? {},
    }));
  }

  async order({ instance }: Pick<DrainProgress, 'instance'>, order: DrainOrder): Promise<'done'> {
    this.say(instance, { isHeld: order === 'hold', isLetGo: order === 'let-go' });
    return 'done';
  }

  async isLost(instance: string, state: string): Promise<void> {
    this.say(instance, { lost: state });
  }

  async isTaken(instance: string, at: number): Promise<void> {
    this.say(instance, { takenAt: at });
  }

  say(instance: string, orders: Orders): void {
    this.orders.set(instance, { ...this.orders.get(instance), ...orders });
  }
}

/** Admissions that have failed in a row. */
export class AdmissionsFake implements Admissions {
  readonly row = new Set<string>();
  #since = 0;
  readonly #clock: ClockFake;

  constructor(clock: ClockFake) {
    this.#clock = clock;
  }

  async failed(_fleet: string, admission: string) {
    if (this.row.size === 0) this.#since = this.#clock.now();
    this.row.add(admission);
    return { count: this.row.size, since: this.#since };
  }

  async succeeded(): Promise<void> {
    this.row.clear();
  }
}

const LEASE = 60 * SECOND;

/** The calls that a lease consists of. */
interface LeaseTable {
  acquire(holder: string): Promise<Fence | undefined>;
  release(fence: Fence): Promise<void>;
}

/** One fleet's lease, which ends by itself where nobody gives it back. */
export class LeaseFake implements Lease {
  fence: Fence = 0;
  #held: { readonly holder: string; readonly until: Instant } | undefined;
  readonly #calls: LeaseTable;

  /** @param boundary stands around the calls */
  constructor(clock: Pick<ClockFake, 'now'>, boundary: (calls: LeaseTable) => LeaseTable = (calls) => calls) {
    this.#calls = boundary({
      acquire: async (holder) => {
        const isHeld = this.#held !== undefined && this.#held.until > clock.now();
        if (isHeld && this.#held?.holder !== holder) return undefined;
        this.#held = { holder, until: clock.now() + LEASE };
        return ++this.fence;
      },
      release: async (fence) => {
        if (fence === this.fence) this.#held = undefined;
      },
    });
  }

  async withLease<Result>(
    _: string,
    holder: string,
    work: (fence: Fence) => Promise<Result>,
  ): Promise<Result | 'busy'> {
    const fence = await this.#calls.acquire(holder);
    if (fence === undefined) return 'busy';
    try {
      return await work(fence);
    } finally {
      await this.#calls.release(fence).catch(() => undefined);
    }
  }
}
