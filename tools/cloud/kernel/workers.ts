import type { Clock, Release } from './clock.ts';

/** What works: a thread that runs a function. */
export interface Labour {
  /**
   * Resolves once it does nothing but wait for replies.
   *
   * @param isLate whether the reply to its newest request has just turned out to be late
   * @returns false when it has sent its next request instead: whether it waits will show when that one is served
   */
  settled(isLate: boolean): Promise<boolean>;
}

/** A worker's hold on time. */
export interface Shift {
  /** Says who works, and by which access key its requests are known. */
  assign(accessKeyId: string, labour: Labour): void;
  /** Takes time back, if the worker waits for it: as when it is to be stopped. */
  resume(): void;
  /** Whether it lets time pass, for a reply that is late. */
  readonly isResting: boolean;
  end(): void;
}

/** A worker's request, while it is served. */
export interface Errand {
  /** Lets virtual milliseconds pass before the reply; the worker's other requests are served meanwhile. */
  wait(milliseconds: number): Promise<void>;
  end(): void;
}

/**
 * Those who hold time while they work, and can wait for it: functions whose requests are answered late. A worker
 * holds time from its begin to its end, but for when all that it does is wait for such a reply.
 */
export class Workers {
  readonly #clock: Clock;
  readonly #busy = new Set<Worker>();
  readonly #byKey = new Map<string, Worker>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  begin(): Shift {
    const worker = new Worker(this.#clock);
    this.#busy.add(worker);
    let key: string | undefined;
    return {
      assign: (accessKeyId, labour) => {
        key = accessKeyId;
        this.#byKey.set(accessKeyId, worker);
        worker.labour = labour;
      },
      resume: () => worker.hold(),
      get isResting() {
        return !worker.holds;
      },
      end: () => {
        worker.end();
        this.#busy.delete(worker);
        if (key !== undefined && this.#byKey.get(key) === worker) this.#byKey.delete(key);
      },
    };
  }

  /**
   * A request of the worker with that key has come.
   *
   * @param accessKeyId undefined for an unsigned request: that of the one worker who works now, if it is one
   */
  request(accessKeyId: string | undefined): Errand | undefined {
    const worker = accessKeyId === undefined ? this.#only() : this.#byKey.get(accessKeyId);
    return worker?.request();
  }

  #only(): Worker | undefined {
    const working = [...this.#busy].filter(({ holds }) => holds);
    return working.length === 1 ? working[0] : undefined;
  }
}

class Worker {
  labour: Labour | undefined;
  readonly #clock: Clock;
  #release: Release | undefined;
  /** Requests that are served now, and those whose replies are to come later. */
  #served = 0;
  #waiting = 0;
  /** Counts changes, so that a worker that has gone on meanwhile is not taken for one that waits. */
  #turn = 0;
  #isOver = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#release = clock.hold();
  }

  get holds(): boolean {
    return this.#release !== undefined;
  }

  hold(): void {
    this.#turn++;
    if (!this.#isOver) this.#release ??= this.#clock.hold();
  }

  end(): void {
    this.#isOver = true;
    this.#letGo();
  }

  request(): Errand {
    this.hold();
    this.#served++;
    return {
      wait: async (milliseconds) => {
        this.#served--;
        this.#waiting++;
        void this.#rest(true);
        await this.#clock.passed(milliseconds);
        this.hold();
        this.#waiting--;
        this.#served++;
      },
      end: () => {
        this.#turn++;
        this.#served--;
        void this.#rest(false);
      },
    };
  }

  /** Lets time pass once nothing is left to do but to wait. */
  async #rest(isLate: boolean): Promise<void> {
    const turn = this.#turn;
    const mayRest = () => !this.#isOver && this.#waiting > 0 && this.#served === 0 && this.#turn === turn;
    if (!mayRest()) return;
    const waits = (await this.labour?.settled(isLate)) ?? true;
    if (!waits || !mayRest()) return;
    this.#letGo();
    this.#clock.letGo();
  }

  #letGo(): void {
    this.#release?.();
    this.#release = undefined;
  }
}
