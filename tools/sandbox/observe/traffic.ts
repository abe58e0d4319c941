import type { JournalEntry } from '../../cloud/kernel/index.ts';
import type { CapacityMinute } from './capacity.ts';

/** Follows the fleet's traffic minute by minute, and how many instances are paid for in each. */
export class TrafficLog {
  readonly minutes: (CapacityMinute & { readonly at: number })[] = [];
  requests = 0;
  failed = 0;
  readonly #running = new Set<string>();

  see(entry: JournalEntry): void {
    if (entry.kind === 'instance' && entry.group !== undefined) this.#follow(entry.id, entry.lifecycle);
    if (entry.kind !== 'traffic') return;
    this.requests += entry.requests;
    this.failed += entry.failed;
    this.minutes.push({
      at: entry.at,
      load: entry.load,
      serving: entry.servingInstances,
      running: this.#running.size,
    });
  }

  #follow(id: string, lifecycle: string | undefined): void {
    if (lifecycle === 'Terminated' || lifecycle === 'Detached') this.#running.delete(id);
    else if (lifecycle !== undefined) this.#running.add(id);
  }
}
