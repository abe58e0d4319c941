import type { Decision } from '../../../shared/domain/index.ts';
import { DecisionLog } from '../observe/decisions.ts';
import type { Span, Verdict } from '../observe/invariants/index.ts';
import {
  divergenceTold,
  eventForeseen,
  floorStands,
  jobsDone,
  jobsDoneOnce,
  jobsTakenUp,
  leftAlone,
  zeroAtNight,
  type Published,
} from '../observe/invariants/workers.ts';
import { STAGE, type Stage } from '../stage.ts';
import { HOURS } from './day.ts';
import { GroupWatch } from './group-watch.ts';
import type { JobLog } from './job-log.ts';
import { GROUPS, PREVIEWS, WORKERS } from './set-up.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 1440 * MINUTE;

/** Instances of the floor in fleets.yml, and how long after its begin it is asked for at the latest. */
const FLOOR = { least: 2, within: 2 * MINUTE };
/** The longest that a job may wait: from zero its metric takes two minutes, and an instance has to boot. */
const LONGEST_WAIT = 10 * 60;
/** Minutes after the last jobs were put until the last worker has gone. */
const UNTIL_ZERO = 50;

/** The two groups, followed minute by minute. */
export interface Watches {
  readonly workers: GroupWatch;
  readonly previews: GroupWatch;
}

export function watchGroups({ cloud: { kernel, clock } }: Stage): Watches & { readonly stop: () => void } {
  const workers = new GroupWatch(WORKERS, GROUPS[WORKERS].desired);
  const previews = new GroupWatch(PREVIEWS, GROUPS[PREVIEWS].desired);
  kernel.journal.observe((entry) => {
    workers.see(entry);
    previews.see(entry);
  });
  const stop = clock.every(MINUTE, () => {
    for (const watch of [workers, previews]) watch.endMinute(clock.now());
  });
  return { workers, previews, stop };
}

/** What the control plane itself has recorded and published. */
export interface Recorded {
  readonly decisions: readonly Decision[];
  readonly previews: readonly Decision[];
  readonly divergence: Published;
}

export async function readRecorded(stage: Stage, since: number): Promise<Recorded> {
  const ledger = await stage.output('Ledger');
  return {
    decisions: await decisionsOf(WORKERS, ledger, stage),
    previews: await decisionsOf(PREVIEWS, ledger, stage),
    divergence: await divergenceSince(since, stage),
  };
}

async function decisionsOf(fleet: string, ledger: string, { cloud, region }: Stage): Promise<Decision[]> {
  const log = new DecisionLog(cloud.endpoint, region, fleet);
  try {
    await log.read(ledger);
    return log.all;
  } finally {
    log.close();
  }
}

async function divergenceSince(since: number, { cloudWatch }: Stage): Promise<Published> {
  const Dimensions = [
    { Name: 'service', Value: `evenkeel-${STAGE}` },
    { Name: 'fleet', Value: WORKERS },
  ];
  const { Datapoints = [] } = await cloudWatch.getMetricStatistics({
    Namespace: 'Evenkeel',
    MetricName: 'Divergence',
    Dimensions,
    StartTime: new Date(since),
    EndTime: new Date(since + DAY),
    Period: DAY / SECOND,
    Statistics: ['SampleCount', 'Sum'],
  });
  const total = (of: 'SampleCount' | 'Sum') => Datapoints.reduce((sum, point) => sum + (point[of] ?? 0), 0);
  return { count: total('SampleCount'), sum: total('Sum') };
}

/** What the run has shown of all that it was made to show. @param start when the day begins */
export function verdictsOf(
  log: JobLog,
  { workers, previews }: Watches,
  recorded: Recorded,
  start: number,
): Verdict[] {
  const span = (from: number, until: number): Span => ({
    from: start + from * MINUTE,
    to: start + until * MINUTE,
  });
  const { early, work, event, floor, late, end } = HOURS;
  const nights = [
    span(0, early.from),
    span(work.until + UNTIL_ZERO, late.from),
    span(late.until + UNTIL_ZERO, end + 10),
  ];
  const standing = { ...span(floor.from, floor.until), from: start + floor.from * MINUTE + FLOOR.within };
  const jobs = log.report();
  return [
    jobsDone(jobs),
    jobsDoneOnce(jobs, log.begunTooOften()),
    jobsTakenUp(log.waits(), LONGEST_WAIT),
    zeroAtNight(workers.minutes, nights),
    floorStands(workers.minutes, standing, FLOOR.least),
    eventForeseen(workers.minutes, recorded.decisions, {
      from: start + event.from * MINUTE,
      most: GROUPS[WORKERS].max,
    }),
    divergenceTold(recorded.decisions, recorded.divergence),
    leftAlone(previews.changes, recorded.previews),
  ];
}
