import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { Appender } from './appender.ts';
import type { Entry } from './entries.ts';
import { LogError } from './errors.ts';
import { frameOf, readFrames } from './frames.ts';
import { lock } from './lock.ts';
import type { Flaw } from './frames.ts';

/** What a cloud's run follows from, besides its inputs. */
export interface LogSettings {
  readonly seed: number;
  readonly start: number;
  readonly region: string;
  readonly enforceIam: boolean;
}

type Header = LogSettings & { readonly format: string; readonly version: number };

/** An entry with the place of its frame, for messages. */
export interface Placed {
  readonly entry: Entry;
  readonly offset: number;
}

/** Raised when logs of before can no longer be read, or no longer give the same run. */
const VERSION = 1;
const FORMAT = 'evenkeel local cloud';

/**
 * The inputs of a cloud in a file, in their order: with the seed they are its whole state.
 *
 * The first frame is the header, each further one a list of entries that were written at once.
 */
export class InputLog {
  readonly settings: LogSettings;
  /** Bytes of a frame that was cut short and is dropped; 0 when the file was whole. */
  torn = 0;
  readonly #path: string;
  readonly #file: number;
  readonly #unlock: () => void;
  readonly #appender: Appender;
  #end = 0;

  /**
   * Opens a log, or begins one with these settings.
   *
   * @param settings `start` may differ: a log that is carried on has its own
   * @throws LogError when the file is in use, is no log, or is another cloud's; Node's error when it cannot be opened
   */
  constructor(path: string, settings: LogSettings) {
    this.#path = path;
    this.#unlock = lock(path);
    try {
      if (!existsSync(path) || statSync(path).size === 0) begin(path, settings);
      this.#file = openSync(path, 'a+');
      this.settings = this.#header(settings);
      this.#appender = new Appender(this.#file);
    } catch (error) {
      this.#unlock();
      throw error;
    }
  }

  /** What was kept, from the beginning. @throws LogError when the file is damaged before its last frame */
  *entries(): Generator<Placed> {
    const frames = readFrames(this.#file, this.#end);
    for (let next = frames.next(); ; next = frames.next()) {
      if (next.done === true) {
        if (next.value !== undefined) this.#drop(next.value);
        return;
      }
      const { offset, end, value } = next.value;
      for (const entry of value as Entry[]) yield { entry, offset };
      this.#end = end;
    }
  }

  append(entry: Entry): void {
    this.#appender.append(entry);
  }

  kept(): Promise<void> {
    return this.#appender.kept();
  }

  /** Why this log cannot give the cloud that it was written by. */
  misfit(offset: number, reason: string): LogError {
    return new LogError(
      `${this.#path} does not replay from offset ${offset} on (${reason}): run it with the version of the cloud that wrote it, or choose another file`,
    );
  }

  async close(): Promise<void> {
    await this.#appender.kept();
    this.release();
  }

  /** Lets go of the file without waiting for anything. */
  release(): void {
    closeSync(this.#file);
    this.#unlock();
  }

  #header(settings: LogSettings): LogSettings {
    const first = readFrames(this.#file, 0).next();
    const header = first.done === true ? {} : (first.value.value as Partial<Header>);
    if (first.done === true || header.format !== FORMAT) {
      throw new LogError(`${this.#path} is no log of a local cloud: choose another file`);
    }
    const { version, format: _, ...kept } = header as Header;
    if (version !== VERSION) {
      throw new LogError(
        `${this.#path} is of version ${String(version)}, this cloud writes ${VERSION}: choose another file`,
      );
    }
    for (const name of ['seed', 'region', 'enforceIam'] as const) {
      if (kept[name] === settings[name]) continue;
      throw new LogError(
        `${this.#path} is of a cloud with ${name} ${String(kept[name])}, not ${String(settings[name])}: start with that, or choose another file`,
      );
    }
    this.#end = first.value.end;
    return kept;
  }

  /** @throws LogError unless it is the end of a write that was cut short, which nobody was told of */
  #drop({ offset, isLast }: Flaw): void {
    if (!isLast) {
      throw new LogError(
        `${this.#path} is damaged at offset ${offset}, with more behind it: restore a copy, or cut it off there ` +
          `(truncate -s ${offset}) and lose what came after`,
      );
    }
    this.torn = fstatSync(this.#file).size - offset;
    ftruncateSync(this.#file, offset);
  }
}

/** A file with a header appears whole or not at all. */
function begin(path: string, settings: LogSettings): void {
  const file = openSync(`${path}.new`, 'w');
  writeSync(file, frameOf({ format: FORMAT, version: VERSION, ...settings } satisfies Header));
  fdatasyncSync(file);
  closeSync(file);
  renameSync(`${path}.new`, path);
}
