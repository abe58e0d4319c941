/** What became of one job. */
interface Course {
  readonly putAt: number;
  /** When workers began with it, each time. */
  readonly begunAt: number[];
  readonly doneAt: number[];
  /** How often it came back because its worker was gone. */
  lost: number;
}

/** What became of the jobs of a run. */
export interface JobsReport {
  readonly put: number;
  readonly done: number;
  /** Jobs that were not done, or done more often than once, by their ids. */
  readonly undone: readonly string[];
  readonly repeated: readonly string[];
  /** Taken up again after their worker was lost. */
  readonly takenUpAgain: number;
  /** Seconds from being put to being taken up for the first time. */
  readonly wait: {
    readonly mean: number;
    readonly p95: number;
    readonly longest: number;
    readonly longestAt?: string;
  };
}

/** Follows each job from the queue to its end, by what the workers do with it. */
export class JobLog {
  readonly #jobs = new Map<string, Course>();

  put(id: string, at: number): void {
    this.#jobs.set(id, { putAt: at, begunAt: [], doneAt: [], lost: 0 });
  }

  begun(id: string, at: number): void {
    this.#jobs.get(id)?.begunAt.push(at);
  }

  done(id: string, at: number): void {
    this.#jobs.get(id)?.doneAt.push(at);
  }

  /** Its worker was lost with it. */
  lost(id: string): void {
    const job = this.#jobs.get(id);
    if (job !== undefined) job.lost++;
  }

  /** How long each waited until it was begun for the first time; one that never was, for ever. */
  waits(): { readonly id: string; readonly seconds: number }[] {
    return [...this.#jobs].map(
      ([
        id,
        {
          putAt,
          begunAt: [first = Infinity],
        },
      ]) => ({
        id,
        seconds: (first - putAt) / 1000,
      }),
    );
  }

  report(): JobsReport {
    const jobs = [...this.#jobs];
    const waits = jobs
      .flatMap(
        ([
          ,
          {
            putAt,
            begunAt: [first],
          },
        ]) => (first === undefined ? [] : [{ putAt, wait: (first - putAt) / 1000 }]),
      )
      .sort((one, other) => one.wait - other.wait);
    const longest = waits.at(-1);
    return {
      put: jobs.length,
      done: jobs.filter(([, { doneAt }]) => doneAt.length > 0).length,
      undone: jobs.filter(([, { doneAt }]) => doneAt.length === 0).map(([id]) => id),
      repeated: jobs.filter(([, { doneAt }]) => doneAt.length > 1).map(([id]) => id),
      takenUpAgain: jobs.filter(([, { begunAt, lost }]) => lost > 0 && begunAt.length > 1).length,
      wait: {
        mean: waits.reduce((sum, { wait }) => sum + wait, 0) / Math.max(1, waits.length),
        p95: waits[Math.floor(0.95 * waits.length)]?.wait ?? 0,
        longest: longest?.wait ?? 0,
        ...(longest !== undefined && { longestAt: new Date(longest.putAt).toISOString() }),
      },
    };
  }

  /** How often each job was begun beyond the times that its worker was lost: more than once is once too often. */
  begunTooOften(): string[] {
    return [...this.#jobs].filter(([, { begunAt, lost }]) => begunAt.length > 1 + lost).map(([id]) => id);
  }
}
