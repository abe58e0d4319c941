import type { JournalEntry } from '../../cloud/kernel/index.ts';

/** Seconds that instances took, in the mean; absent where none has. */
export interface InstanceTimes {
  /** From a launch until it is in service. */
  readonly boot?: number;
  /** From leaving service until it is not paid for any more. */
  readonly drain?: number;
}

/** Follows how long instances take to come and to go, as the journal has it. */
export class InstanceTimesLog {
  readonly #since = new Map<string, number>();
  readonly #boots: number[] = [];
  readonly #drains: number[] = [];

  see(entry: JournalEntry): void {
    if (entry.kind !== 'instance' || entry.group === undefined || entry.lifecycle === undefined) return;
    const { id, lifecycle, at } = entry;
    const since = this.#since.get(id);
    if (lifecycle === 'InService' && since !== undefined) this.#boots.push((at - since) / 1000);
    if (lifecycle === 'Terminated' && since !== undefined) this.#drains.push((at - since) / 1000);
    if (lifecycle === 'InService' || lifecycle === 'Terminated') this.#since.delete(id);
    else if (since === undefined) this.#since.set(id, at);
  }

  times(): InstanceTimes {
    const [boot, drain] = [mean(this.#boots), mean(this.#drains)];
    return { ...(boot !== undefined && { boot }), ...(drain !== undefined && { drain }) };
  }
}

function mean(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
