import { fdatasync, write } from 'node:fs';
import { promisify } from 'node:util';
import { frameOf } from './frames.ts';

const writeTo = promisify(write);
const sync = promisify(fdatasync);

/**
 * Appends entries to a file, all that came while the last ones were written in one frame and one sync: many callers
 * that wait share the disk's pace.
 */
export class Appender {
  readonly #file: number;
  #pending: unknown[] = [];
  #writing: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(file: number) {
    this.#file = file;
  }

  append(entry: unknown): void {
    this.#pending.push(entry);
    this.#next ??= this.#writing = this.#writing.then(() => this.#write());
  }

  /** Resolves when all that was appended is on the disk. Rejects when it cannot be written. */
  kept(): Promise<void> {
    return this.#writing;
  }

  async #write(): Promise<void> {
    // What comes in this turn of the event loop goes along.
    await new Promise(setImmediate);
    const entries = this.#pending;
    this.#pending = [];
    this.#next = undefined;
    const frame = Buffer.from(frameOf(entries));
    for (let from = 0; from < frame.length;) {
      from += (await writeTo(this.#file, frame, from)).bytesWritten;
    }
    await sync(this.#file);
  }
}
