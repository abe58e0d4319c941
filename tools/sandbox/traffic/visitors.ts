import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Clock, Release } from '../../cloud/kernel/index.ts';
import type { Plan } from './plan.ts';
import { KINDS, noCounts, type Failure, type Kind, type Tally, type Tick, type Told } from './protocol.ts';

/** Real milliseconds between two words with the clients. */
const TICK_MS = 20;
/** So many milliseconds of the plan may be due and not begun before time waits for them. */
const MOST_LATE_MS = 5000;
/** Of few requests, so many at least. */
const FEW = 16;

/** What has become of all requests that have ended. */
export interface Outcome {
  /** By event, then by kind. */
  readonly counts: ReadonlyMap<string, ReadonlyMap<Kind, Tally>>;
  readonly failures: readonly Failure[];
}

export interface Visitors {
  readonly outcome: Outcome;
  /** How many have begun. */
  readonly begun: number;
  /** Resolves when all that were planned have ended. Rejects if the clients end before. */
  readonly ended: Promise<void>;
  close(): void;
}

/**
 * Sends what a plan has due, when the cloud's clock says so, from a process of its own. Time waits where the requests
 * cannot keep up with it, so that the load is what the plan says on any machine.
 *
 * @param url of the load balancer
 */
export function sendVisitors(clock: Clock, url: string, plan: Plan): Visitors {
  return new Sender(clock, url, plan);
}

class Sender implements Visitors {
  readonly outcome: Outcome;
  readonly ended: Promise<void>;
  begun = 0;
  readonly #clock: Clock;
  readonly #plan: Plan;
  readonly #child: ChildProcess;
  readonly #timer: NodeJS.Timeout;
  readonly #counts = new Map<string, Map<Kind, { total: number; failed: number }>>();
  readonly #failures: Failure[] = [];
  readonly #asked = noCounts();
  readonly #mostLate: number;
  #hold: Release | undefined;

  constructor(clock: Clock, url: string, plan: Plan) {
    this.#clock = clock;
    this.#plan = plan;
    this.#mostLate = Math.max(FEW, (plan.requests * MOST_LATE_MS) / (plan.end - plan.start));
    this.outcome = { counts: this.#counts, failures: this.#failures };
    this.#child = fork(join(import.meta.dirname, 'clients.ts'), [url], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.ended = new Promise((resolve, reject) => {
      this.#child.on('message', (told: Told) => {
        this.#note(told);
        if (told.isLast) resolve();
      });
      this.#child.once('exit', (code) =>
        reject(new Error(`the clients ended early, with ${code ?? 'a signal'}`)),
      );
    });
    this.ended.catch(() => undefined).finally(() => this.close());
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#hold?.();
    if (this.#child.connected) this.#child.disconnect();
  }

  #tick(): void {
    const now = this.#clock.now();
    const planned = this.#plan.dueBy(now);
    const due = noCounts();
    for (const kind of KINDS) {
      due[kind] = planned[kind] - this.#asked[kind];
      this.#asked[kind] = planned[kind];
    }
    const tick: Tick = { now, event: this.#plan.eventAt(now), due, isLast: now >= this.#plan.end };
    if (this.#child.connected) this.#child.send(tick);
    this.#brake();
  }

  #note({ begun, ended, failures }: Told): void {
    this.begun += begun;
    this.#failures.push(...failures);
    for (const { event, kind, total, failed } of ended) {
      const kinds = this.#counts.get(event) ?? new Map<Kind, { total: number; failed: number }>();
      this.#counts.set(event, kinds);
      const count = kinds.get(kind) ?? { total: 0, failed: 0 };
      kinds.set(kind, { total: count.total + total, failed: count.failed + failed });
    }
    this.#brake();
  }

  /** Time stands still while too many requests that are due have not begun. */
  #brake(): void {
    const asked = KINDS.reduce((sum, kind) => sum + this.#asked[kind], 0);
    const late = asked - this.begun;
    if (late > this.#mostLate) this.#hold ??= this.#clock.hold();
    else if (late < this.#mostLate / 2) {
      this.#hold?.();
      this.#hold = undefined;
    }
  }
}
