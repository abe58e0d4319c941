import { join } from 'node:path';
import type { Cloud } from '../../cloud/cloud.ts';
import {
  drainsEndWhenIdle,
  eventsHappened,
  requestsSucceed,
  undrainedRequestsFail,
  type Verdict,
} from '../observe/invariants/index.ts';
import { START } from '../load/index.ts';
import { startRealFleet } from '../real-fleet/index.ts';
import { LeaveLog } from '../traffic/drains.ts';
import { Plan } from '../traffic/plan.ts';
import { Kill } from '../traffic/kill.ts';
import { trafficReport, type TrafficReport } from '../traffic/report.ts';
import { makeRoot } from '../traffic/root.ts';
import {
  capacityFor,
  DRAINING,
  INSTANCES,
  MINUTES,
  SCRIPT,
  speedFor,
  STRIKES_AFTER,
  strikes,
} from '../traffic/script.ts';
import { sendVisitors, type Visitors } from '../traffic/visitors.ts';
import { STAGE, type Stage } from '../stage.ts';
import type { Asked, Day, Opened, Scenario } from './scenario.ts';

const FLEET = 'web';
const FLEETS = 'tools/sandbox/traffic/fleets.yml';

/** When the newest image is looked for: a minute after it has been published. */
const REFRESH = `cron(${at(new Plan(SCRIPT, 0, START).beginOf('image-refresh') + 60_000)} * * ? *)`;

/** How long a kill waits for requests that it would hit, milliseconds of the cloud's time. */
const PATIENCE = 180_000;

/** Minutes of the cloud's time until what the last requests have set off is over. */
const AFTERMATH = 10;

/**
 * Real requests, of all kinds, all of them counted, while instances come and go: each is a process behind a load
 * balancer of this machine, and the agent on it answers the drains' commands.
 */
export const traffic: Scenario = {
  name: 'traffic',
  description: 'a million real requests, none of which may fail while instances come and go',
  setting: {
    profile: 'web',
    fleet: FLEET,
    fleets: FLEETS,
    params: { fleets: FLEETS, 'refresh-schedule': REFRESH },
  },
  traffic: { requests: 1_000_000, minutes: MINUTES, speed: speedFor, capacity: capacityFor },
  entries: ({ start }) => strikes(new Plan(SCRIPT, 0, start)),
  opened,
};

async function opened(stage: Stage, day: Day, { requests, drains }: Asked): Promise<Opened> {
  const { cloud } = stage;
  const { clock, kernel } = cloud;
  addSleep(cloud);
  await prepare(stage, drains);
  const leaves = new LeaveLog();
  const kill = new Kill(cloud, leaves);
  kernel.journal.observe((entry) => leaves.see(entry));
  const root = makeRoot();
  const fleet = await openFleet(stage, root.path, { leaves, kill });
  const plan = new Plan(SCRIPT, requests, day.start);
  let visitors: Visitors | undefined;
  // Nobody is there yet: the first instances' boot need not be waited for.
  const hurry = clock.hurry();
  killFrom(plan.beginOf('kill') + STRIKES_AFTER * 1000, kill, stage);
  const over = new Promise<void>((resolve, reject) => {
    clock.at(day.start, () => {
      hurry();
      visitors = sendVisitors(clock, fleet.url, plan);
      tellProgress(stage, plan, visitors);
      visitors.ended.then(() => aftermath(cloud).then(resolve), reject);
    });
  });
  const report = () =>
    trafficReport(visitors?.outcome ?? { counts: new Map(), failures: [] }, leaves.all(), {
      drained: drains,
      kill,
      eventAt: (instant) => plan.eventAt(instant),
    });
  return {
    over,
    report,
    verdicts: () => verdictsOf(report()),
    close: async () => {
      visitors?.close();
      await fleet.close();
      root.remove();
    },
  };
}

/** Kills as soon as somebody would notice: of few requests, none may be under way at a given second. */
function killFrom(begin: number, kill: Kill, stage: Stage): void {
  const { clock } = stage.cloud;
  const last = begin + PATIENCE;
  const look = async (): Promise<void> => {
    const instances = await inService(stage);
    const now = clock.now();
    if (kill.wouldHit(instances) || now >= last) kill.strike(instances);
    else clock.at(now + 1000, look);
  };
  clock.at(begin, look);
}

function verdictsOf(report: TrafficReport): Verdict[] {
  if (!report.drained) return [undrainedRequestsFail(report)];
  return [requestsSucceed(report), eventsHappened(report, DRAINING), drainsEndWhenIdle(report)];
}

async function inService(stage: Stage): Promise<string[]> {
  const { Instances = [] } = await stage.group();
  return Instances.filter(({ LifecycleState }) => LifecycleState === 'InService').map(
    ({ InstanceId = '' }) => InstanceId,
  );
}

/** `35 6`: minute and hour, UTC. */
function at(instant: number): string {
  const date = new Date(instant);
  return `${date.getUTCMinutes()} ${date.getUTCHours()}`;
}

/** Lets the instances' processes sleep by the cloud's clock: `GET /_cloud/sleep?seconds=30` answers then. */
function addSleep({ routes }: Cloud): void {
  routes.add('GET', '/_cloud/sleep', async ({ query, wait }) => {
    await wait(Number(query.get('seconds')) * 1000);
    return { body: 'slept' };
  });
}

/** What the owner sets: how many instances there are at the begin, and whether they are drained. */
async function prepare(stage: Stage, drains: boolean): Promise<void> {
  const { AutoScalingGroupName } = await stage.group();
  await stage.autoScaling.setDesiredCapacity({ AutoScalingGroupName, DesiredCapacity: INSTANCES });
  if (drains) return;
  const LifecycleHookName = 'evenkeel-drain';
  await stage.autoScaling.deleteLifecycleHook({ AutoScalingGroupName, LifecycleHookName });
  // Spot's warning is answered by a drain as well.
  await stage.events.disableRule({ Name: `evenkeel-${STAGE}-interruptions` });
}

async function openFleet(stage: Stage, root: string, { leaves, kill }: { leaves: LeaveLog; kill: Kill }) {
  const { cloud, elb } = stage;
  const { LoadBalancers: [balancer] = [] } = await elb.describeLoadBalancers({});
  return startRealFleet({
    cloud,
    fleet: FLEET,
    loadBalancer: balancer?.LoadBalancerArn ?? '',
    command: {
      file: process.execPath,
      args: [join(import.meta.dirname, '..', 'traffic', 'server.ts')],
      env: {},
    },
    root,
    balancer: {
      holdsTime: false,
      onLoad: (instance, outstanding) => leaves.load(instance, outstanding, cloud.clock.now()),
      onLost: (lost) => kill.lost(lost),
    },
  });
}

/** Says at the begin of each event what is going on, and how the requests have fared until then. */
function tellProgress({ cloud: { clock }, say }: Stage, plan: Plan, visitors: Visitors): void {
  for (const { event } of plan.stretches)
    clock.at(plan.beginOf(event), () => {
      const { begun, outcome } = visitors;
      say(`${event}: ${count(begun)} requests so far, ${count(outcome.failures.length)} failed`);
    });
}

const count = (value: number) => value.toLocaleString('en-US');

/** Nobody waits for an answer any more: time may jump. */
async function aftermath({ clock }: Cloud): Promise<void> {
  const settle = clock.hurry();
  await clock.passed(AFTERMATH * 60_000);
  settle();
}
