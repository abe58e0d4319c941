import type { JournalEntry } from '../../cloud/kernel/index.ts';

/** Counts the API calls of the control plane: those made by roles. */
export class CallLog {
  readonly #calls = new Map<string, number>();

  see(entry: JournalEntry): void {
    if (entry.kind !== 'api-call' || entry.principal.kind !== 'role') return;
    this.#calls.set(entry.action, (this.#calls.get(entry.action) ?? 0) + 1);
  }

  counts(): Record<string, number> {
    return Object.fromEntries([...this.#calls].sort(([, a], [, b]) => b - a));
  }
}
