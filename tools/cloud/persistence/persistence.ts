import type { Kernel, Outside } from '../kernel/index.ts';
import { forgetful } from '../kernel/index.ts';
import type { InputLog } from './input-log.ts';
import { Recorder } from './recorder.ts';
import type { Replayed, ReplayParts } from './replay.ts';
import { replay } from './replay.ts';

/** Real milliseconds after which a cloud that nobody calls notes how far its time has come. */
const NOTE_TIME = 1000;

/** How a cloud outlives its process: by a log of its inputs, or not at all. */
export class Persistence {
  readonly outside: Outside;
  readonly #log: InputLog | undefined;
  readonly #recorder: Recorder | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(log: InputLog | undefined) {
    this.#log = log;
    this.#recorder = log && new Recorder(log);
    this.outside = this.#recorder ?? forgetful;
  }

  /**
   * Brings a new cloud to where its log ends; from then on its inputs are kept.
   *
   * @throws LogError when the log cannot be played again; it is then left as it is
   */
  async carryOn({ clock, ids }: Kernel, answer: ReplayParts['answer']): Promise<Replayed> {
    const [log, recorder] = [this.#log, this.#recorder];
    if (log === undefined || recorder === undefined) return { inputs: 0, fired: 0 };
    recorder.watch({ clock, ids });
    const replayed = await replay({ log, recorder, clock, answer });
    recorder.goLive();
    this.#timer = setInterval(() => recorder.noteTime(), NOTE_TIME).unref();
    return replayed;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#recorder?.noteTime();
    this.#recorder?.close();
    await this.#log?.close();
  }
}
