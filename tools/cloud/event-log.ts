import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import type { JournalEntry } from './kernel/index.ts';

/** Characters that are gathered before they are written: an entry is a few hundred. */
const BATCH = 65_536;

const LOCAL_PORT = /127\.0\.0\.1:\d+/g;

/**
 * Writes what a cloud's journal says to a file, a line of JSON an entry, dated in the cloud's own time. The same
 * seed, load and options give the same bytes.
 *
 * `at` stands first, an ISO 8601 instant. Bytes (an uploaded object, an archive) stand as their number and digest, and
 * addresses on this machine without their port, which is whichever was free.
 */
export class EventLog {
  readonly #file: number;
  #pending: string[] = [];
  #size = 0;

  /** Begins the file anew. @throws Node's error when it cannot be written */
  constructor(path: string) {
    this.#file = openSync(path, 'w');
  }

  write(entry: JournalEntry): void {
    const line = lineOf(entry);
    this.#pending.push(line);
    this.#size += line.length;
    if (this.#size >= BATCH) this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    if (this.#pending.length > 0) writeSync(this.#file, this.#pending.join(''));
    this.#pending = [];
    this.#size = 0;
  }
}

export function lineOf({ at, ...entry }: JournalEntry): string {
  const json = JSON.stringify({ at: new Date(at).toISOString(), ...entry }, plain);
  return `${json.replaceAll(LOCAL_PORT, '127.0.0.1')}\n`;
}

/** Looks at what the holder has: a Buffer has turned itself into something else before it gets here. */
function plain(this: Readonly<Record<string, unknown>>, key: string, written: unknown): unknown {
  const value = this[key];
  if (value instanceof Uint8Array) {
    return { bytes: value.byteLength, sha256: createHash('sha256').update(value).digest('hex') };
  }
  return typeof value === 'bigint' ? String(value) : written;
}
