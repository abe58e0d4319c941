import { siteStaysUp } from '../observe/invariants/index.ts';
import type { Stage } from '../stage.ts';
import { partOfDay, type Day, type Opened, type Scenario } from './scenario.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** When the zone of the database fails, as a share of the day. */
const OUTAGE = 0.7;
/** A database of two zones is back within so long; until then a site that lives by it answers 503. */
const FAILOVER = 3 * MINUTE;

/**
 * A WordPress site: any instance may be killed and is replaced, the site staying up. Then a zone fails, and the database
 * with it, which fails over to the other zone.
 */
export const wordpress: Scenario = {
  name: 'wordpress',
  description: 'instances of a WordPress site are killed, then the zone of its database fails',
  setting: {
    profile: 'wordpress',
    fleet: 'wordpress',
    fleets: 'examples/wordpress/fleets.yml',
    params: { 'database-multi-az': 'true' },
  },
  hours: 6,
  peak: 60,
  // PHP makes each page anew.
  capacity: 15,
  // A database of two zones is not made in a moment.
  lead: 40,
  entries: (day) => [
    ...[0.2, 0.35, 0.5].map((share) => ({ kind: 'death' as const, from: partOfDay(share, day) })),
    { kind: 'zone-outage', from: partOfDay(OUTAGE, day), zone: 'eu-central-1a', for: '20m' },
  ],
  opened,
  invariants: (day) => [siteStaysUp([failoverIn(day)])],
  isRemoved: true,
};

function failoverIn(day: Day) {
  const from = day.start + partOfDay(OUTAGE, day) * SECOND;
  return { from, to: from + FAILOVER };
}

/** There is no page without the database. */
async function opened(stage: Stage): Promise<Opened> {
  const { applications, clock, services } = stage.cloud;
  const group = (await stage.group()).AutoScalingGroupName;
  const host = await stage.output('DatabaseHost');
  let isStarved = false;
  const stop = clock.every(SECOND, () => {
    const isAway = services.rds.database(host)?.isReachable !== true;
    if (isAway === isStarved) return;
    isStarved = isAway;
    applications.configure({ isStarved }, group);
  });
  return { close: stop };
}
