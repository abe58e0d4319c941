import type { JournalEntry } from '../../cloud/kernel/index.ts';

export interface InstanceView {
  readonly id: string;
  readonly zone: string;
  readonly lifecycle: string;
  readonly image: string;
  /** Since when it is what its lifecycle says, milliseconds since the epoch. */
  readonly since: number;
}

/** The group as it stands now: its size and its instances. */
export class FleetLog {
  readonly #instances = new Map<string, InstanceView>();
  readonly #group: string | undefined;
  #size: { min: number; max: number; desired: number } = { min: 0, max: 0, desired: 0 };

  /** @param group its name, where there are others as well */
  constructor(group?: string) {
    this.#group = group;
  }

  see(entry: JournalEntry): void {
    if (entry.kind !== 'capacity' && entry.kind !== 'instance') return;
    if (this.#group !== undefined && entry.group !== this.#group) return;
    if (entry.kind === 'capacity') this.#size = { min: entry.min, max: entry.max, desired: entry.desired };
    if (entry.kind !== 'instance' || entry.lifecycle === undefined) return;
    const { id, zone, image, lifecycle } = entry;
    if (lifecycle === 'Terminated' || lifecycle === 'Detached') this.#instances.delete(id);
    else this.#instances.set(id, { id, zone, image, lifecycle, since: this.#since(entry.at, id, lifecycle) });
  }

  #since(at: number, id: string, lifecycle: string): number {
    const before = this.#instances.get(id);
    return before?.lifecycle === lifecycle ? before.since : at;
  }

  view(): { min: number; max: number; desired: number; instances: InstanceView[] } {
    return { ...this.#size, instances: [...this.#instances.values()] };
  }

  /** Ids of the instances that serve. */
  inService(): string[] {
    return [...this.#instances.values()]
      .filter(({ lifecycle }) => lifecycle === 'InService')
      .map(({ id }) => id);
  }
}
