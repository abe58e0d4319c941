import type { Clock, Ids, Input, Outside, Question } from '../kernel/index.ts';
import type { Standing } from './entries.ts';
import { entryOf } from './entries.ts';
import type { InputLog } from './input-log.ts';

interface Open {
  readonly question: Question<unknown>;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

/** What a recorder looks at to say where the cloud stands. */
export interface Watched {
  readonly clock: Pick<Clock, 'fired' | 'now'>;
  readonly ids: Pick<Ids, 'state'>;
}

/**
 * Keeps the inputs of a cloud in a log. Until it is told to go live, the log's inputs are being played again: nothing
 * is asked then, and nothing written.
 */
export class Recorder implements Outside {
  readonly #log: InputLog;
  #watched: Watched | undefined;
  #isLive = false;
  #isClosed = false;
  /** When the last input was noted, in the cloud's time. */
  #noted = 0;
  /** Asked while inputs were played again, and not answered yet. */
  readonly #open = new Map<string, Open>();

  constructor(log: InputLog) {
    this.#log = log;
  }

  /** The cloud needs an outside before there is anything to watch. */
  watch(watched: Watched): void {
    this.#watched = watched;
  }

  standing(): Standing {
    const { clock, ids } = this.#watched ?? {};
    return { fired: clock?.fired ?? 0, at: clock?.now() ?? 0, chance: ids?.state() ?? 0 };
  }

  take(input: Input): void {
    if (!this.#isLive || this.#isClosed) return;
    const standing = this.standing();
    this.#noted = standing.at;
    this.#log.append(entryOf(input, standing));
  }

  /** Notes how far time has come, if it has. */
  noteTime(): void {
    if (this.#watched !== undefined && this.#watched.clock.now() > this.#noted) this.take({ kind: 'time' });
  }

  kept(): Promise<void> {
    return this.#isLive ? this.#log.kept() : Promise.resolve();
  }

  ask<Answer>(question: Question<Answer>): Promise<Answer> {
    if (this.#isLive) return this.#ask(question);
    return new Promise((resolve, reject) => {
      this.#open.set(question.key, { question, resolve: resolve as Open['resolve'], reject });
    });
  }

  /** Gives the answer that was given before. @returns false when nobody has asked */
  answer(key: string, answer: unknown): boolean {
    const open = this.#open.get(key);
    this.#open.delete(key);
    open?.resolve(answer);
    return open !== undefined;
  }

  /** From now on inputs are written, and questions asked: also those that the restart has cut off. */
  goLive(): void {
    this.#isLive = true;
    for (const { question, resolve, reject } of this.#open.values()) {
      const { key, ask, ifLost } = question;
      const again = ifLost === undefined ? ask : () => Promise.resolve(ifLost());
      this.#ask({ key, ask: again }).then(resolve, reject);
    }
    this.#open.clear();
  }

  /** Nothing is noted any more: what ends now ends with the process. */
  close(): void {
    this.#isClosed = true;
  }

  async #ask<Answer>({ key, ask }: Question<Answer>): Promise<Answer> {
    // What is said to the outside follows from inputs that must not be lost after it.
    await this.#log.kept();
    const answer = await ask();
    this.take({ kind: 'answer', key, answer });
    return answer;
  }
}
