import type { Clock } from '../../cloud/kernel/index.ts';
import { Visit, type Person } from './visit.ts';

/** What became of the visitors' requests. */
export interface Visits {
  readonly succeeded: number;
  /** Answered with 5xx, or not at all. */
  readonly failed: number;
  /** Answered well, and wrongly: who was added was not found, a photo was another one. */
  readonly wrong: number;
  /** Which instances answered. */
  readonly instances: ReadonlySet<string>;
  readonly failures: readonly Failure[];
}

export interface Failure {
  /** Milliseconds of the cloud's time. */
  readonly at: number;
  /** `search`, `add` … */
  readonly what: string;
  readonly problem: string;
}

export interface Visitors {
  readonly visits: Visits;
  stop(): void;
}

/** How many of those who were added are kept in mind, to be looked for again. */
const REMEMBERED = 200;

/**
 * People who use the directory, one after the other: each adds somebody with a photo, finds and edits them, and looks at
 * the list and at somebody whom another one has added. Each visit is about ten requests, all real.
 *
 * @param url      of the load balancer
 * @param everyMs  how often one comes, in the cloud's time
 */
export function sendVisitors(clock: Clock, url: string, everyMs: number): Visitors {
  const counted = {
    succeeded: 0,
    failed: 0,
    wrong: 0,
    instances: new Set<string>(),
    failures: [] as Failure[],
  };
  const people: Person[] = [];
  let number = 0;
  const note = (kind: 'failed' | 'wrong', what: string, problem: string) => {
    counted[kind]++;
    counted.failures.push({ at: clock.now(), what, problem });
  };
  const stop = clock.every(everyMs, async () => {
    const visit = new Visit(url, ++number, {
      succeeded: (instance) => {
        counted.succeeded++;
        if (instance !== null) counted.instances.add(instance);
      },
      failed: (what, problem) => note('failed', what, problem),
      wrong: (what, problem) => note('wrong', what, problem),
    });
    const added = await visit.run(people[number % Math.max(1, people.length)]);
    if (added !== undefined) people.push(added);
    if (people.length > REMEMBERED) people.shift();
  });
  return { visits: counted, stop };
}
