import type { Line } from './one-at-a-time.ts';
import type { Patience } from './pulse.ts';
import type { SleepingTimers } from './sleeping-timers.ts';

/** Real milliseconds until a function that does something else than to wait is looked at again. */
const LOOK_AGAIN = 5;
/** Milliseconds for which timers wait for that to end: a connection that closes. */
const SOON = 1000;

/** The machine's, whatever the function's timers become. */
const { setTimeout, setImmediate: nextTurn } = globalThis;

interface SleepParts {
  readonly timers: SleepingTimers;
  /** The function's requests. */
  readonly line: Pick<Line, 'isMoving' | 'late' | 'freeze' | 'thaw'>;
  /** By which it is measured how long something else is waited for. */
  readonly patience: Patience;
  /** Says that nothing is to be done for so many milliseconds. Whoever hears it calls {@link Sleep.wake}. */
  readonly sleep: (milliseconds: number) => void;
}

/**
 * Finds when an invocation does nothing but wait for its timers and for late replies. The timers then take the cloud's
 * time: an SDK that backs off, a loop that polls. What is not surely that takes the machine's time.
 */
export class Sleep {
  readonly #parts: SleepParts;
  #isRunning = false;
  /** Between invocations nothing goes on. */
  #isFrozen = false;
  /** For when it has said that it is to be woken, in the cloud's time. */
  #until: number | undefined;
  #settling: Promise<void> | undefined;
  /** Whether it is to be found out anew what the function waits for. */
  #isUnknown = false;
  /** Since when something else than timers and late replies is waited for. */
  #busySince: number | undefined;
  /** Counts what has happened, so that a function that has gone on is not taken for one that waits. */
  #stirs = 0;

  constructor(parts: SleepParts) {
    this.#parts = parts;
  }

  /** Whether timers that are due by the machine's time have to wait for the cloud's. */
  get keepsTimers(): boolean {
    return this.#isFrozen || this.#until !== undefined || this.#isAboutToGoOn;
  }

  /** An invocation begins. What an earlier one has left behind goes on before it, as in an environment that thaws. */
  begin(): void {
    this.#isRunning = true;
    this.#isFrozen = false;
    this.#parts.line.thaw();
    void this.#parts.timers.fireDue();
  }

  /** It has ended. Resolves once nothing of it is on its way. */
  end(): Promise<void> {
    this.#isRunning = false;
    this.#isFrozen = true;
    this.#until = undefined;
    this.#busySince = undefined;
    return this.#parts.line.freeze();
  }

  /** Something has happened after which the function may have nothing to do. */
  stir(): void {
    if (this.#isRunning) void this.settled();
  }

  /** Resolves when it is known what the handler waits for, and it has been said until when it sleeps, if it does. */
  settled(): Promise<void> {
    this.#isUnknown = true;
    return this.#look();
  }

  #look(): Promise<void> {
    this.#stirs++;
    this.#settling ??= this.#settle();
    return this.#settling;
  }

  /** @param slept whether time has passed; otherwise this invocation takes the machine's */
  async wake(slept: boolean): Promise<void> {
    this.#until = undefined;
    this.#isUnknown = slept;
    if (slept) await this.#parts.timers.fireDue();
    else this.#isRunning = false;
    this.stir();
  }

  async #settle(): Promise<void> {
    for (;;) {
      for (let seen; seen !== this.#stirs;) {
        seen = this.#stirs;
        await turns();
      }
      this.#isUnknown = false;
      this.#sleepIfIdle();
      // Whoever asks lets time pass then, and with it what this function is about to do.
      if (!this.#isAboutToGoOn) break;
      await new Promise<void>((resolve) => setTimeout(resolve, 1));
    }
    this.#settling = undefined;
  }

  get #isAboutToGoOn(): boolean {
    return this.#isRunning && (this.#isUnknown || this.#parts.line.isMoving);
  }

  #sleepIfIdle(): void {
    const { timers, line, patience, sleep } = this.#parts;
    const next = timers.next();
    if (!this.#isRunning || next === undefined || line.isMoving) return;
    if (isWaitingFor({ timers: timers.count, replies: line.late })) {
      this.#busySince = undefined;
      if (next.due === this.#until) return;
      this.#until = next.due;
      sleep(next.milliseconds);
    } else {
      this.#busySince ??= patience.now();
      this.#isUnknown = patience.now() - this.#busySince < SOON;
      if (this.#isUnknown) return;
      setTimeout(() => {
        if (this.#isRunning) void this.#look();
      }, LOOK_AGAIN).unref();
    }
  }
}

/** Turns of the event loop in which what has arrived is read, thought about and asked on: a new connection takes some. */
const SETTLING_TURNS = 8;

/** Looks, each a real millisecond after the other, at what has yet to end: a disk may be slow, and a function never ready. */
const MOST_LOOKS = 1000;

/** Turns until what the function has asked of files and names has been answered, and it has had its turns with that. */
async function turns(): Promise<void> {
  for (let look = 0; look < MOST_LOOKS; look++) {
    for (let turn = 0; turn < SETTLING_TURNS; turn++) await new Promise<void>((resolve) => nextTurn(resolve));
    if (!isAsking()) return;
    await new Promise<void>((resolve) => setTimeout(resolve, 1));
  }
}

/** Whether a file is being read, or a name looked up: a client does so before its first request. */
function isAsking(): boolean {
  return process.getActiveResourcesInfo().some((resource) => resource.includes('Req'));
}

/** Whether nothing keeps this thread's event loop alive but the port to the cloud, and so many timers and sockets. */
function isWaitingFor({ timers, replies }: { timers: number; replies: number }): boolean {
  const resources = process.getActiveResourcesInfo().filter((resource) => resource !== 'MessagePort');
  const count = (kind: string) => resources.filter((resource) => resource === kind).length;
  return (
    count('Timeout') === timers && count('TCPSocketWrap') === replies && resources.length === timers + replies
  );
}
