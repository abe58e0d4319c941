import type { Cancel, Clock, Release } from './clock.ts';

/** What a worker's newest request has turned out to wait for: a reply that is late, or work that takes its time. */
export type WaitsFor = 'late-reply' | 'work';

/** What works: a thread that runs a function. */
export interface Labour {
  /**
   * Resolves once it does nothing but wait for replies.
   *
   * @param newest what its newest request has just turned out to wait for
   * @returns false when it has sent its next request instead: whether it waits will show when that one is served
   */
  settled(newest?: WaitsFor): Promise<boolean>;
}

/** A worker's hold on time. */
export interface Shift {
  /** Says who works, and by which access key its requests are known. */
  assign(accessKeyId: string, labour: Labour): void;
  /** Takes time back, if the worker waits for it: as when it is to be stopped. */
  resume(): void;
  /** Whether it lets time pass, for a reply that is late or because it sleeps. */
  readonly isResting: boolean;
  /**
   * Lets virtual milliseconds pass, but for what else the worker does meanwhile; `wake` is called when they have. What
   * it has been asleep for before counts no more, and waking it up or ending its shift undoes this.
   */
  sleep(milliseconds: number, wake: () => void): void;
  end(): void;
}

/** A worker's request, while it is served. */
export interface Errand {
  /** Lets virtual milliseconds pass before the reply; the worker's other requests are served meanwhile. */
  wait(milliseconds: number): Promise<void>;
  /** Lets time pass until `work` is done, which holds time itself where it has to. */
  until<Result>(work: Promise<Result>): Promise<Result>;
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
      resume: () => worker.resume(),
      sleep: (milliseconds, wake) => worker.sleep(milliseconds, wake),
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
  #cancelSleep: Cancel | undefined;

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
    this.#wakeUp();
    this.#letGo();
  }

  resume(): void {
    this.hold();
    this.#wakeUp();
  }

  sleep(milliseconds: number, wake: () => void): void {
    this.#wakeUp();
    this.#waiting++;
    this.#cancelSleep = this.#clock.after(milliseconds, () => {
      this.resume();
      wake();
      // It may still wait for late replies.
      void this.#rest();
    });
    void this.#rest();
  }

  #wakeUp(): void {
    if (this.#cancelSleep === undefined) return;
    this.#cancelSleep();
    this.#cancelSleep = undefined;
    this.#waiting--;
  }

  request(): Errand {
    this.hold();
    this.#served++;
    let isWaiting = false;
    let isOver = false;
    const waitFor = async <Result>(work: Promise<Result>, newest: WaitsFor): Promise<Result> => {
      isWaiting = true;
      this.#served--;
      this.#waiting++;
      void this.#rest(newest);
      try {
        return await work;
      } finally {
        if (!isOver) {
          isWaiting = false;
          this.hold();
          this.#waiting--;
          this.#served++;
        }
      }
    };
    return {
      wait: (milliseconds) => waitFor(this.#clock.passed(milliseconds), 'late-reply'),
      until: (work) => waitFor(work, 'work'),
      end: () => {
        if (isOver) return;
        isOver = true;
        // Whoever goes away before the reply does something else now.
        this.hold();
        if (isWaiting) this.#waiting--;
        else this.#served--;
        void this.#rest();
      },
    };
  }

  /** Lets time pass once nothing is left to do but to wait. */
  async #rest(newest?: WaitsFor): Promise<void> {
    const turn = this.#turn;
    const mayRest = () => !this.#isOver && this.#waiting > 0 && this.#served === 0 && this.#turn === turn;
    if (!mayRest()) return;
    const waits = (await this.labour?.settled(newest)) ?? true;
    if (!waits || !mayRest()) return;
    this.#letGo();
    this.#clock.letGo();
  }

  #letGo(): void {
    this.#release?.();
    this.#release = undefined;
  }
}
