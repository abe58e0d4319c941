import { seededIds } from '../../cloud/kernel/index.ts';
import { START } from '../load/index.ts';
import type { Trace } from '../load/trace.ts';
import { STAGE, type Stage } from '../stage.ts';
import { Crew } from '../workers/crew.ts';
import { workersDay } from '../workers/day.ts';
import { readRecorded, verdictsOf, watchGroups, type Recorded } from '../workers/findings.ts';
import { JobLog } from '../workers/job-log.ts';
import { batchesOf } from '../workers/jobs.ts';
import { PREVIEWS, QUEUE, setUpWorkers, WORKERS } from '../workers/set-up.ts';
import { HANDS } from '../workers/worker.ts';
import type { Asked, Day, Deed, Opened, Scenario } from './scenario.ts';

const FLEETS = 'examples/workers/fleets.yml';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Seconds of a job in the mean. */
const JOB = 60;
/** Seconds after the begin at which a worker dies over its jobs. */
const DEATH = 4.5 * 3600;
/** Seconds after the load's end at which the groups are given back. */
const GIVEN_BACK = 600;
/** And at which all is over. */
const OVER = 900;

/**
 * Workers that take jobs out of a queue: from zero to a dozen and back, a floor in office hours, a newsletter that is
 * known beforehand, a worker that dies, a policy beside the one that acts, and a fleet that is forecast and left alone.
 */
export const workers: Scenario = {
  name: 'workers',
  description:
    'workers take jobs from a queue: from zero and to zero, a floor, a known event, a shadow policy',
  setting: { profile: 'byo', fleet: WORKERS, group: WORKERS, fleets: FLEETS, params: { fleets: FLEETS } },
  load: (seed) => workersDay(START, seededIds(seed).random),
  capacity: HANDS / JOB,
  counts: 'jobs',
  entries: () => [],
  found: setUpWorkers,
  deeds,
  opened,
  isRemoved: true,
};

function deeds({ end, start }: Day): Deed[] {
  return [WORKERS, PREVIEWS].flatMap((name): Deed[] => [
    adoption(name, -300),
    adoption(name, (end - start) / SECOND + GIVEN_BACK, '--undo'),
  ]);
}

function adoption(name: string, at: number, ...options: readonly string[]): Deed {
  const args = ['adopt', name, '--fleet', name, ...options];
  return {
    at,
    says: `npx evenkeel ${args.join(' ')}`,
    does: async (stage) => {
      await stage.evenkeel([...args, '--fleets', FLEETS, '--stage', STAGE]);
    },
  };
}

function opened(stage: Stage, { start, end }: Day, { seed }: Asked, load: Trace): Promise<Opened> {
  const { clock } = stage.cloud;
  const log = new JobLog();
  const crew = new Crew({ cloud: stage.cloud, group: WORKERS, queue: QUEUE, log });
  const watches = watchGroups(stage);
  for (const batch of batchesOf(load, seededIds(seed).random)) clock.at(batch.at, () => crew.put(batch));
  clock.at(start + DEATH * SECOND, () => {
    stage.say('the busiest worker dies without a word');
    crew.killBusiest();
  });
  const stop = clock.every(MINUTE, () => publishWanted(stage, start));
  const over = new Promise<void>((resolve) => clock.at(end + OVER * SECOND, () => resolve()));
  let recorded: Recorded | undefined;
  return Promise.resolve({
    over,
    jobs: () => log.report(),
    verdicts: () => (recorded === undefined ? [] : verdictsOf(log, watches, recorded, start)),
    close: async () => {
      stop();
      watches.stop();
      crew.close();
      recorded = await readRecorded(stage, start - 10 * MINUTE);
    },
  });
}

/** Ten-second figures of a site's previews, as the site itself would publish them: few at night, many at noon. */
async function publishWanted({ cloud: { clock }, cloudWatch }: Stage, start: number): Promise<void> {
  const now = clock.now();
  const hour = (now - start) / (60 * MINUTE);
  const Value = Math.round(8 + 30 * Math.max(0, Math.sin((Math.PI * (hour - 1)) / 12)));
  await cloudWatch.putMetricData({
    Namespace: 'Previews',
    MetricData: [0, 1, 2, 3, 4, 5].map((part) => ({
      MetricName: 'Wanted',
      Dimensions: [{ Name: 'Site', Value: 'shop' }],
      Timestamp: new Date(now - MINUTE + part * 10 * SECOND),
      StorageResolution: 1,
      Unit: 'Count',
      Value,
    })),
  });
}
