import { createHash } from 'node:crypto';
import type { Instant, Seconds } from '../../shared/domain/index.ts';
import { SECOND } from '../../shared/domain/index.ts';
import type { Durable } from '../../shared/ports/index.ts';

/** As shared/aws/durable.ts has Lambda try a step again. */
const RETRY = { most: 30, first: 1, longest: 30 } as const;

/** Time that goes on once everybody waits for it. */
class SharedTime {
  #awake: number;
  #sleepers: { readonly at: Instant; readonly wake: () => void }[] = [];

  constructor(awake: number) {
    this.#awake = awake;
  }

  sleep(at: Instant): Promise<void> {
    this.#awake--;
    return new Promise((resolve) => this.#sleepers.push({ at, wake: resolve }));
  }

  leave(): void {
    this.#awake--;
  }

  /** Goes from one waking to the next until nobody sleeps any more. */
  async goOn(passUntil: (instant: Instant) => Promise<void>): Promise<void> {
    for (;;) {
      while (this.#awake > 0) await new Promise((resolve) => setImmediate(resolve));
      if (this.#sleepers.length === 0) return;
      const next = Math.min(...this.#sleepers.map(({ at }) => at));
      await passUntil(next);
      const due = this.#sleepers.filter(({ at }) => at <= next);
      this.#sleepers = this.#sleepers.filter(({ at }) => at > next);
      this.#awake += due.length;
      for (const { wake } of due) wake();
    }
  }
}

/** Between 0 and 1, the same in each run. */
function drawn(name: string): number {
  return createHash('sha256').update(name).digest().readUInt32BE() / 2 ** 32;
}

/**
 * Runs durable executions at the same time in virtual time: all begin at once, steps that fail are tried again with full
 * jitter, and looks that fail are taken again after their pause.
 *
 * @param passUntil lets virtual time pass
 */
export async function runCrowd<Result>(
  works: readonly ((durable: Durable) => Promise<Result>)[],
  time: { now(): Instant; passUntil(instant: Instant): Promise<void> },
): Promise<readonly Result[]> {
  const shared = new SharedTime(works.length);
  const wait = (seconds: Seconds) => shared.sleep(time.now() + seconds * SECOND);
  const running = works.map((work, index) =>
    work(durableIn(`execution-${index}`, wait)).finally(() => shared.leave()),
  );
  const [results] = await Promise.all([
    Promise.all(running),
    shared.goOn((instant) => time.passUntil(instant)),
  ]);
  return results;
}

function durableIn(execution: string, wait: (seconds: Seconds) => Promise<void>): Durable {
  return {
    execution,
    step: async (name, work) => {
      for (let attempt = 1; ; attempt++)
        try {
          return await work();
        } catch (error) {
          if (attempt === RETRY.most) throw error;
          const most = Math.min(RETRY.longest, RETRY.first * 2 ** (attempt - 1));
          await wait(Math.max(1, Math.round(most * drawn(`${execution} ${name} ${attempt}`))));
        }
    },
    wait: (_, seconds) => wait(seconds),
    poll: async (_, pause, first, look) => {
      let state = first;
      for (let failures = 0; ;) {
        try {
          const next = await look(state);
          ({ state } = next);
          failures = 0;
          if (next.done) return state;
        } catch (error) {
          if (++failures === 20) throw error;
        }
        await wait(typeof pause === 'number' ? pause : pause(state));
      }
    },
  };
}
