import type { JournalEntry } from '../../cloud/kernel/index.ts';
import type { CapacityMinute } from './capacity.ts';

const MINUTE = 60_000;

/** Follows the fleet's traffic minute by minute, and how many instances are paid for in each. */
export class TrafficLog {
  readonly minutes: (CapacityMinute & { readonly at: number })[] = [];
  requests = 0;
  failed = 0;
  readonly #running = new Set<string>();
  readonly #group: string | undefined;

  /** @param group whose instances are counted; without it those of all groups */
  constructor(group?: string) {
    this.#group = group;
  }

  see(entry: JournalEntry): void {
    if (entry.kind === 'instance' && isOf(entry.group, this.#group)) this.#follow(entry.id, entry.lifecycle);
    if (entry.kind !== 'traffic') return;
    this.requests += entry.requests;
    this.failed += entry.failed;
    const before = this.minutes.at(-1);
    // A load and real visitors beside it are counted each for themselves, and are one minute.
    const isSame = before !== undefined && entry.at - before.at < MINUTE;
    const minute = {
      at: isSame ? before.at : entry.at,
      load: entry.load + (isSame ? before.load : 0),
      serving: entry.servingInstances,
      running: this.#running.size,
    };
    this.minutes.splice(isSame ? -1 : this.minutes.length, 1, minute);
  }

  #follow(id: string, lifecycle: string | undefined): void {
    if (lifecycle === 'Terminated' || lifecycle === 'Detached') this.#running.delete(id);
    else if (lifecycle !== undefined) this.#running.add(id);
  }
}

function isOf(group: string | undefined, watched: string | undefined): boolean {
  return watched === undefined ? group !== undefined : group === watched;
}
