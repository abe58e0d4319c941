import type { JournalEntry } from '../../cloud/kernel/index.ts';

/** How a group stood, minute by minute. */
export interface GroupMinute {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly desired: number;
  /** Instances that serve, and all that there are. */
  readonly serving: number;
  readonly running: number;
}

/** Follows one group by what the cloud's journal says of it. */
export class GroupWatch {
  readonly minutes: GroupMinute[] = [];
  /** How often its desired capacity has changed. */
  changes = 0;
  readonly #group: string;
  readonly #lifecycles = new Map<string, string>();
  #desired: number;

  /** @param desired its capacity as it is now */
  constructor(group: string, desired: number) {
    this.#group = group;
    this.#desired = desired;
  }

  see(entry: JournalEntry): void {
    if (entry.kind === 'capacity' && entry.group === this.#group) {
      if (this.#desired !== entry.desired) this.changes++;
      this.#desired = entry.desired;
    }
    if (entry.kind !== 'instance' || entry.group !== this.#group || entry.lifecycle === undefined) return;
    if (entry.lifecycle === 'Terminated' || entry.lifecycle === 'Detached') this.#lifecycles.delete(entry.id);
    else this.#lifecycles.set(entry.id, entry.lifecycle);
  }

  endMinute(at: number): void {
    const lifecycles = [...this.#lifecycles.values()];
    this.minutes.push({
      at,
      desired: this.#desired,
      serving: lifecycles.filter((lifecycle) => lifecycle === 'InService').length,
      running: lifecycles.length,
    });
  }
}
