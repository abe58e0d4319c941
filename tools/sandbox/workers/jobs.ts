import type { Trace } from '../load/trace.ts';

/** A piece of work as it lies in the queue. */
export interface Job {
  readonly id: string;
  /** Seconds that one of a worker's hands takes for it. */
  readonly seconds: number;
}

/** Jobs that are put into the queue together. */
export interface Batch {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly jobs: readonly Job[];
}

/** Seconds of a job: half of them take less than `median`; none takes longer than it stays invisible. */
const DURATION = { median: 54, spread: 0.45, most: 200 } as const;

const MINUTE = 60_000;
const PUT_EVERY = 20_000;
/** What one call of SendMessageBatch takes. */
const MOST_IN_A_BATCH = 10;

/**
 * The jobs of a load, as they are put: three times a minute, in batches that one call takes.
 *
 * @param load    jobs a second, a value a minute
 * @param random  uniform in [0, 1): the seed of the run
 */
export function batchesOf({ points }: Trace, random: () => number): Batch[] {
  let owed = 0;
  let number = 0;
  return points.flatMap(({ at, value }) =>
    Array.from({ length: MINUTE / PUT_EVERY }, (_, part) => {
      owed += (value * PUT_EVERY) / 1000;
      const due = Math.floor(owed);
      owed -= due;
      const jobs = Array.from({ length: due }, (): Job => ({
        id: `job-${++number}`,
        seconds: lasting(random),
      }));
      return inCalls(jobs).map((part_): Batch => ({ at: at + part * PUT_EVERY, jobs: part_ }));
    }).flat(),
  );
}

function inCalls(jobs: readonly Job[]): Job[][] {
  const calls: Job[][] = [];
  for (let begin = 0; begin < jobs.length; begin += MOST_IN_A_BATCH)
    calls.push(jobs.slice(begin, begin + MOST_IN_A_BATCH));
  return calls;
}

/** Log-normal: most jobs are alike, and some take thrice as long. */
function lasting(random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.min(DURATION.most, Math.round(DURATION.median * Math.exp(DURATION.spread * normal)));
}
