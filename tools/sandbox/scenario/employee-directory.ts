import { siteStaysUp, visitsSucceed, type Span } from '../observe/invariants/index.ts';
import { directoryCommand } from '../real-fleet/commands.ts';
import { startRealFleet } from '../real-fleet/index.ts';
import { sendVisitors, type Visitors } from '../real-fleet/visitors.ts';
import type { Stage } from '../stage.ts';
import { partOfDay, type Day, type Opened, type Scenario } from './scenario.ts';

const SECOND = 1000;

const FLEET = 'directory';
/** When a zone fails, as a share of the day. */
const OUTAGE = 0.6;
/** Three checks, ten seconds apart, until the load balancer has seen that instances are gone. */
const UNTIL_SEEN = 31 * SECOND;
/** How often somebody comes to the directory, in the cloud's time. */
const VISIT_EVERY = 30 * SECOND;

/**
 * An employee directory: each instance is a real process behind a real load balancer on this machine, and visitors add
 * people and look whether they are found. Alarms act on a load beside theirs; then a zone fails, and the directory stays.
 */
export const employeeDirectory: Scenario = {
  name: 'employee-directory',
  description: 'real processes behind a real load balancer: a zone fails, and the directory stays',
  setting: {
    profile: 'employee-directory',
    fleet: FLEET,
    fleets: 'examples/employee-directory/fleets.yml',
  },
  hours: 4,
  peak: 250,
  entries: (day) => [
    { kind: 'zone-outage', from: partOfDay(OUTAGE, day), zone: 'eu-central-1a', for: '20m' },
  ],
  opened,
  invariants: () => [siteStaysUp()],
  isRemoved: true,
};

async function opened(stage: Stage, day: Day): Promise<Opened> {
  const { cloud, elb } = stage;
  const { LoadBalancers: [balancer] = [] } = await elb.describeLoadBalancers({});
  const command = directoryCommand(await stage.output('Directory'), await stage.output('Assets'));
  const loadBalancer = balancer?.LoadBalancerArn ?? '';
  const fleet = await startRealFleet({ cloud, fleet: FLEET, loadBalancer, command });
  let visitors: Visitors | undefined;
  cloud.clock.at(day.start, () => {
    visitors = sendVisitors(cloud.clock, fleet.url, VISIT_EVERY);
  });
  cloud.clock.at(day.end, () => visitors?.stop());
  return {
    close: () => fleet.close(),
    verdicts: () => [visitsSucceed(visitors?.visits ?? NOBODY, [lossIn(day)])],
  };
}

const NOBODY = { succeeded: 0, failures: [] };

function lossIn(day: Day): Span {
  const from = day.start + partOfDay(OUTAGE, day) * SECOND;
  return { from, to: from + UNTIL_SEEN };
}
