import type { Fleet, Group, GroupInstance, Instant } from '../../shared/domain/index.ts';
import { isGoing, isServing, SECOND } from '../../shared/domain/index.ts';
import type { ClockFake } from './clock-fake.ts';
import { group, instance } from './world.ts';

/** The number of the first instance that the group launches by itself. */
const FIRST = 100;

/** An Auto Scaling group in memory: it launches what it lacks, which serves after a while, and takes in what is too much. */
export class GroupFake {
  readonly #clock: ClockFake;
  readonly #boots: number;
  readonly #serves = new Map<string, Instant>();
  #state: Group;
  /** Instances that it has launched. */
  readonly launched: string[] = [];
  /** Instances that it has chosen itself, since it had more than it was to have. */
  readonly chosen: string[] = [];
  leastServing = Infinity;

  /** @param boots seconds from a launch until the instance serves; with Infinity none can be launched */
  constructor(clock: ClockFake, count: number, boots: number, of: Partial<Group> = {}) {
    this.#clock = clock;
    this.#boots = boots;
    this.#state = group(count, of);
  }

  get state(): Group {
    this.#settle();
    return this.#state;
  }

  #settle(): void {
    const now = this.#clock.now();
    const served = (one: GroupInstance) => (this.#serves.get(one.id) ?? Infinity) <= now;
    this.#change((one) => (one.lifecycle === 'Pending' && served(one) ? { lifecycle: 'InService' } : {}));
    for (
      let missing = this.#state.desired - this.#staying().length;
      missing > 0 && this.#boots < Infinity;
      missing--
    )
      this.#launch();
    for (const { id } of this.#staying().slice(
      0,
      Math.max(0, this.#staying().length - this.#state.desired),
    )) {
      this.chosen.push(id);
      this.leave(id);
    }
    this.leastServing = Math.min(this.leastServing, this.#state.instances.filter(isServing).length);
  }

  #staying(): readonly GroupInstance[] {
    return this.#state.instances.filter((one) => !isGoing(one));
  }

  #change(of: (one: GroupInstance) => Partial<GroupInstance>): void {
    this.#state = { ...this.#state, instances: this.#state.instances.map((one) => ({ ...one, ...of(one) })) };
  }

  #launch(): void {
    const launched = instance(FIRST + this.launched.length, { lifecycle: 'Pending' });
    this.launched.push(launched.id);
    this.#serves.set(launched.id, this.#clock.now() + this.#boots * SECOND);
    this.#state = { ...this.#state, instances: [...this.#state.instances, launched] };
  }

  /** It stands in its terminate hook from now on. */
  leave(id: string): void {
    this.#change((one) => (one.id === id ? { lifecycle: 'Terminating:Wait' } : {}));
  }

  #terminate(id: string, decrements: boolean): 'done' | 'gone' {
    if (!this.state.instances.some((one) => one.id === id)) return 'gone';
    // Whoever terminates an instance in its hook again lowers desired capacity again.
    this.#state = { ...this.#state, desired: this.#state.desired - Number(decrements) };
    this.leave(id);
    this.#settle();
    return 'done';
  }

  readonly port = {
    named: async (name: string) => (name === this.#state.name ? this.state : undefined),
    ofFleet: async (_: Fleet) => this.state,
    ofInstance: async (id: string) => {
      const found = this.state.instances.find((one) => one.id === id);
      return found && { group: this.#state.name, lifecycle: found.lifecycle, isHealthy: found.isHealthy };
    },
    setDesired: async (_: string, desired: number): Promise<'done' | 'busy'> => {
      this.#settle();
      this.#state = { ...this.#state, desired };
      this.#settle();
      return 'done';
    },
    terminateAndDecrement: async (id: string): Promise<'done' | 'gone' | 'refused' | 'busy'> =>
      this.#terminate(id, true),
    terminateAndReplace: async (id: string): Promise<'done' | 'gone' | 'busy'> => this.#terminate(id, false),
  };
}
