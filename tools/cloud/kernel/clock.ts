/** Milliseconds since the epoch, in the cloud's own time. */
export type Instant = number;

/** Undoes a scheduled event that has not fired yet; harmless afterwards. */
export type Cancel = () => void;

/** Gives back a hold on time. Calling it twice is harmless. */
export type Release = () => void;

interface TimedEvent {
  at: Instant;
  order: number;
  fire: () => unknown;
  cancelled: boolean;
}

/**
 * The cloud's one clock: a queue of timed events, and a `now` that moves only between them.
 *
 * Time stands still while anything is in flight (a request being answered, a Lambda function running): such
 * work holds the clock with {@link hold}. Once nothing holds it, {@link runUntil} moves `now` to the next event
 * and fires it. Events due at the same instant fire one after the other, each to its end with all the work it
 * started, so that a run is the same run every time.
 */
export class Clock {
  readonly #shared = new BigInt64Array(new SharedArrayBuffer(8));
  readonly #queue: TimedEvent[] = [];
  #order = 0;
  #fired = 0;
  #held = 0;
  #hurried = 0;
  readonly #movers = new Set<() => boolean>();
  #letGo: () => void = () => undefined;
  /** What failed after it was let go. */
  readonly #failed: Promise<unknown>[] = [];
  #stepping: Promise<void> | undefined;
  #change: PromiseWithResolvers<void> | undefined;

  constructor(start: Instant) {
    this.#set(start);
  }

  now(): Instant {
    return Number(Atomics.load(this.#shared, 0));
  }

  date(): Date {
    return new Date(this.now());
  }

  /** `now` as shared memory, so that a worker thread reads the cloud's time without asking. */
  get sharedNow(): SharedArrayBuffer {
    return this.#shared.buffer;
  }

  /** Fires `event` at an instant; one that has passed counts as now. */
  at(instant: Instant, event: () => unknown): Cancel {
    const timed: TimedEvent = {
      at: Math.max(instant, this.now()),
      order: this.#order++,
      fire: event,
      cancelled: false,
    };
    push(this.#queue, timed);
    this.#wake();
    return () => {
      timed.cancelled = true;
    };
  }

  /** Fires `event` after some milliseconds; 0 means as soon as what is in flight has ended. */
  after(milliseconds: number, event: () => unknown): Cancel {
    return this.at(this.now() + milliseconds, event);
  }

  /** Fires `event` once every `period` milliseconds, first at the next multiple of it since the epoch. */
  every(period: number, event: () => unknown): Cancel {
    let cancel: Cancel = () => undefined;
    const schedule = () => {
      const next = (Math.floor(this.now() / period) + 1) * period;
      cancel = this.at(next, () => {
        schedule();
        return event();
      });
    };
    schedule();
    return () => cancel();
  }

  /** Keeps time from moving until the release is called. */
  hold(): Release {
    this.#held++;
    return once(() => {
      this.#held--;
      this.#wake();
    });
  }

  /** Lets time jump, whatever the pace, until the release is called: for whoever waits for the cloud to finish. */
  hurry(): Release {
    this.#hurried++;
    this.#wake();
    return once(() => {
      this.#hurried--;
    });
  }

  get isHurried(): boolean {
    return this.#hurried > 0;
  }

  /**
   * Says that someone moves this clock, until the release is called.
   *
   * @param isMoving whether they do at the moment
   */
  movedBy(isMoving: () => boolean): Release {
    this.#movers.add(isMoving);
    return () => void this.#movers.delete(isMoving);
  }

  /** Whether an instant that lies ahead will come without anyone else's doing. */
  get isMoved(): boolean {
    return [...this.#movers].some((isMoving) => isMoving());
  }

  /** Events fired so far. */
  get fired(): number {
    return this.#fired;
  }

  /** When the next event is due, or undefined when nothing is scheduled. */
  next(): Instant | undefined {
    while (this.#queue[0]?.cancelled) pop(this.#queue);
    return this.#queue[0]?.at;
  }

  /** Resolves once nothing holds time. */
  async quiet(): Promise<void> {
    do {
      while (this.#held > 0) await this.changed();
      // A reply that has just been written may make its reader ask again at once: let the sockets be read.
      await new Promise(setImmediate);
    } while (this.#held > 0);
  }

  /** Moves time to `end`, firing all that is due on the way, without waiting in real time. */
  async runUntil(end: Instant): Promise<void> {
    const stopped = this.movedBy(() => true);
    try {
      for (;;) {
        await this.quiet();
        const next = this.next();
        if (next === undefined || next > end) break;
        await this.step(end);
      }
      if (end > this.now()) this.#set(end);
    } finally {
      stopped();
    }
  }

  /**
   * Moves to the next event and fires it, with all the work it starts. Whoever steps at the same time waits its turn.
   *
   * @param end nothing that is due later is fired
   */
  async step(end = Infinity): Promise<void> {
    while (this.#stepping !== undefined) await this.#stepping.catch(() => undefined);
    this.#stepping = this.#step(end);
    try {
      await this.#stepping;
    } finally {
      this.#stepping = undefined;
    }
  }

  /** Resolves after some milliseconds. Whoever waits must neither hold time nor be waited for: see {@link letGo}. */
  passed(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(milliseconds, resolve);
    });
  }

  /** Lets time go on although what the event that fires has begun is not over: it waits for time itself. */
  letGo(): void {
    this.#letGo();
  }

  async #step(end: Instant): Promise<void> {
    if ((this.next() ?? Infinity) > end) return;
    const event = pop(this.#queue);
    if (event === undefined) return;
    if (event.at > this.now()) this.#set(event.at);
    this.#fired++;
    await this.#fire(event);
    await this.quiet();
    await this.#failed.shift();
  }

  /** Fires an event and waits for its end, or until it is let go; if it fails after that, the step that it falls into does. */
  async #fire(event: TimedEvent): Promise<void> {
    const { promise: letGo, resolve } = Promise.withResolvers<boolean>();
    this.#letGo = () => resolve(true);
    const fired = event.fire();
    if (!(fired instanceof Promise)) return;
    const ended: Promise<unknown> = fired;
    const isLetGo = await Promise.race([ended.then(() => false), letGo]);
    if (isLetGo) ended.catch(() => this.#failed.push(ended));
  }

  /** Moves time without firing anything; never past the next event. */
  advanceTo(instant: Instant): void {
    const next = this.next() ?? instant;
    this.#set(Math.max(this.now(), Math.min(instant, next)));
  }

  /** Resolves when something was scheduled, released or hurried: for whoever paces the clock. */
  changed(): Promise<void> {
    this.#change ??= Promise.withResolvers();
    return this.#change.promise;
  }

  #wake(): void {
    this.#change?.resolve();
    this.#change = undefined;
  }

  #set(instant: Instant): void {
    Atomics.store(this.#shared, 0, BigInt(Math.round(instant)));
  }
}

function once(action: () => void): Release {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    action();
  };
}

// A binary heap: a day of a fleet schedules hundreds of thousands of events.

function isBefore(a: TimedEvent, b: TimedEvent): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function push(heap: TimedEvent[], event: TimedEvent): void {
  let child = heap.push(event) - 1;
  while (child > 0) {
    const parent = (child - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || !isBefore(event, above)) break;
    heap[child] = above;
    heap[parent] = event;
    child = parent;
  }
}

function pop(heap: TimedEvent[]): TimedEvent | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  let hole = 0;
  for (;;) {
    const left = 2 * hole + 1;
    const right = left + 1;
    let child = left;
    const [l, r] = [heap[left], heap[right]];
    if (l === undefined) break;
    if (r !== undefined && isBefore(r, l)) child = right;
    const lower = heap[child];
    if (lower === undefined || !isBefore(lower, last)) break;
    heap[hole] = lower;
    hole = child;
  }
  heap[hole] = last;
  return first;
}
