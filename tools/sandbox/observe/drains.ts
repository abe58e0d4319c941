import type { JournalEntry } from '../../cloud/kernel/index.ts';

export interface DrainReport {
  readonly instance: string;
  readonly group: string;
  readonly startedAt: string;
  /** Seconds from the hook's start to its completion; absent while it goes on. */
  readonly seconds?: number;
  /** CONTINUE or ABANDON as completed, or `expired`. */
  readonly result?: string;
}

/** Follows each terminate hook from its start to its end. */
export class DrainLog {
  readonly #drains = new Map<string, DrainReport & { readonly at: number }>();

  see(entry: JournalEntry): void {
    if (entry.kind !== 'lifecycle-action' || !entry.transition.endsWith('TERMINATING')) return;
    const { token, instance, group, at, phase, result } = entry;
    if (phase === 'started')
      this.#drains.set(token, { instance, group, at, startedAt: new Date(at).toISOString() });
    const drain = this.#drains.get(token);
    if (drain === undefined || (phase !== 'completed' && phase !== 'expired')) return;
    this.#drains.set(token, {
      ...drain,
      seconds: (at - drain.at) / 1000,
      result: phase === 'expired' ? 'expired' : (result ?? ''),
    });
  }

  reports(): DrainReport[] {
    return [...this.#drains.values()].map(({ at: _at, ...report }) => report);
  }
}
