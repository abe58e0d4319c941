import { join } from 'node:path';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Verdict } from '../observe/invariants/index.ts';
import { startRealFleet } from '../real-fleet/index.ts';
import { LeaveLog } from '../traffic/drains.ts';
import { Plan } from '../traffic/plan.ts';
import { trafficReport } from '../traffic/report.ts';
import { makeRoot } from '../traffic/root.ts';
import { capacityFor, entries, INSTANCES, minutes, SCRIPT, speedFor } from '../traffic/script.ts';
import { sendVisitors, type Visitors } from '../traffic/visitors.ts';
import type { Stage } from '../stage.ts';
import type { Asked, Day, Opened, Scenario } from './scenario.ts';

const FLEET = 'web';
const FLEETS = 'tools/sandbox/traffic/fleets.yml';

/** Seconds that a group waits for its load balancer before it hands an instance to the drain, which does the rest. */
const DEREGISTRATION_DELAY = 5;
/** Minutes of the cloud's time until what the last requests have set off is over. */
const AFTERMATH = 20;

/**
 * Real requests, of all kinds, all of them counted, while instances come and go: each is a process behind a load
 * balancer of this machine, and the agent on it answers the drains' commands.
 */
export const traffic: Scenario = {
  name: 'traffic',
  description: 'a million real requests, none of which may fail while instances come and go',
  setting: { profile: 'web', fleet: FLEET, fleets: FLEETS, params: { fleets: FLEETS } },
  traffic: { requests: 1_000_000, minutes, speed: speedFor, capacity: capacityFor },
  entries: ({ start }) => entries(new Plan(SCRIPT, 0, start)),
  opened,
};

async function opened(stage: Stage, day: Day, { requests, drains }: Asked): Promise<Opened> {
  const { cloud } = stage;
  const { clock, kernel } = cloud;
  addSleep(cloud);
  await prepare(stage, drains);
  const leaves = new LeaveLog();
  kernel.journal.observe((entry) => leaves.see(entry));
  const root = makeRoot();
  const fleet = await openFleet(stage, root.path, leaves);
  const plan = new Plan(SCRIPT, requests, day.start);
  let visitors: Visitors | undefined;
  // Nobody is there yet: the first instances' boot need not be waited for.
  const hurry = clock.hurry();
  const over = new Promise<void>((resolve, reject) => {
    clock.at(day.start, () => {
      hurry();
      visitors = sendVisitors(clock, fleet.url, plan);
      visitors.ended.then(() => aftermath(cloud).then(resolve), reject);
    });
  });
  return {
    over,
    close: async () => {
      visitors?.close();
      await fleet.close();
      root.remove();
    },
    report: () =>
      trafficReport(visitors?.outcome ?? { counts: new Map(), failures: [] }, leaves.all(), {
        drained: drains,
        eventAt: (instant) => plan.eventAt(instant),
      }),
    verdicts: (): Verdict[] => [],
  };
}

/** Lets the instances' processes sleep by the cloud's clock: `GET /_cloud/sleep?seconds=30` answers then. */
function addSleep({ routes }: Cloud): void {
  routes.add('GET', '/_cloud/sleep', async ({ query, wait }) => {
    await wait(Number(query.get('seconds')) * 1000);
    return { body: 'slept' };
  });
}

/** What the owner sets: how many instances there are at the begin, and how soon they are handed to the drain. */
async function prepare(stage: Stage, drains: boolean): Promise<void> {
  const { AutoScalingGroupName, TargetGroupARNs: [TargetGroupArn] = [] } = await stage.group();
  await stage.autoScaling.setDesiredCapacity({ AutoScalingGroupName, DesiredCapacity: INSTANCES });
  await stage.elb.modifyTargetGroupAttributes({
    TargetGroupArn,
    Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: String(DEREGISTRATION_DELAY) }],
  });
  if (drains) return;
  const LifecycleHookName = 'evenkeel-drain';
  await stage.autoScaling.deleteLifecycleHook({ AutoScalingGroupName, LifecycleHookName });
}

async function openFleet(stage: Stage, root: string, leaves: LeaveLog) {
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
    },
  });
}

/** Nobody waits for an answer any more: time may jump. */
async function aftermath({ clock }: Cloud): Promise<void> {
  const settle = clock.hurry();
  await clock.passed(AFTERMATH * 60_000);
  settle();
}
