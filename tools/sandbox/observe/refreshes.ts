import type { JournalEntry } from '../../cloud/kernel/index.ts';

export interface RefreshReport {
  readonly group: string;
  readonly id: string;
  readonly startedAt: string;
  /** Auto Scaling's word: Successful, RollbackSuccessful, Failed, … */
  readonly status: string;
  readonly seconds: number;
  readonly reason?: string;
}

/** Follows each instance refresh to its latest status. */
export class RefreshLog {
  readonly #refreshes = new Map<string, RefreshReport & { readonly at: number }>();

  see(entry: JournalEntry): void {
    if (entry.kind !== 'instance-refresh') return;
    const first = this.#refreshes.get(entry.id);
    const at = first?.at ?? entry.at;
    this.#refreshes.set(entry.id, {
      group: entry.group,
      id: entry.id,
      at,
      startedAt: new Date(at).toISOString(),
      status: entry.status,
      seconds: (entry.at - at) / 1000,
      ...(entry.reason === undefined ? {} : { reason: entry.reason }),
    });
  }

  reports(): RefreshReport[] {
    return [...this.#refreshes.values()].map(({ at: _at, ...report }) => report);
  }
}
