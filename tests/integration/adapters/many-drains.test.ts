import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { autoScalingGroups } from '../../../shared/aws/auto-scaling-groups.ts';
import { ec2Instances } from '../../../shared/aws/ec2-instances.ts';
import { elbBalancers } from '../../../shared/aws/elb-balancers.ts';
import { instanceAddresses } from '../../../shared/aws/instance-addresses.ts';
import { lifecycleHooks } from '../../../shared/aws/lifecycle-hooks.ts';
import type { Looks } from '../../../shared/aws/shared-looks.ts';
import { LookUnderwayError } from '../../../shared/aws/shared-looks.ts';
import { MINUTE, SECOND } from '../../../shared/domain/index.ts';
import { drainInstance } from '../../../shared/workflows/drain-instance.ts';
import { runCrowd } from '../../support/durable-crowd.ts';
import { fleetOf } from '../../support/fleets.ts';
import { ClaimsFake, DrainsFake, OutboxFake } from '../../support/memory-fake.ts';
import type { CloudWorld } from './cloud-world.ts';
import { newCloudWorld } from './cloud-world.ts';
import { newFleetWorld } from './fleet-world.ts';

const MANY = 500;

let world: CloudWorld;
beforeEach(async () => {
  world = await newCloudWorld();
});
afterEach(() => world.cloud.close());

/** Looks as the ledger shares them: DynamoDB itself binds nobody here. */
function looksInMemory(now: () => number): Looks {
  const seen = new Map<string, { readonly at: number; readonly what: unknown }>();
  const underway = new Set<string>();
  return async <Seen>(name: string, freshFor: number, take: () => Promise<Seen>) => {
    const found = seen.get(name);
    const age = found === undefined ? Infinity : (now() - found.at) / SECOND;
    if (found !== undefined && age <= freshFor) return found.what as Seen;
    if (underway.has(name)) {
      if (found !== undefined && age <= 3 * freshFor) return found.what as Seen;
      throw new LookUnderwayError(name);
    }
    underway.add(name);
    try {
      const what = await take();
      seen.set(name, { at: now(), what });
      return what;
    } finally {
      underway.delete(name);
    }
  };
}

it(`${MANY} drains at once end idle within Spot’s two minutes, inside the account’s API limits`, async () => {
  const { access, clock, cloud } = world;
  const fleet = await newFleetWorld(world);
  const { autoScaling } = fleet;
  await autoScaling.deleteLifecycleHook({
    AutoScalingGroupName: 'web-group',
    LifecycleHookName: 'evenkeel-admission',
  });
  await autoScaling.updateAutoScalingGroup({
    AutoScalingGroupName: 'web-group',
    MinSize: 0,
    MaxSize: MANY,
    DesiredCapacity: MANY,
  });
  await world.pass(30 * MINUTE);
  const members = await fleet.instances();
  expect(members).toHaveLength(MANY);
  await autoScaling.setDesiredCapacity({ AutoScalingGroupName: 'web-group', DesiredCapacity: 0 });
  await world.pass(5 * SECOND);

  cloud.weather.follow({ limited: 'everyone', entries: [] });
  let throttled = 0;
  const looks = looksInMemory(() => clock.now());
  const client = new AutoScalingClient(access);
  const groups = autoScalingGroups(client, looks);
  const ports = {
    fleets: [fleetOf()],
    groups: {
      ...groups,
      complete: (...args: Parameters<typeof groups.complete>) =>
        groups.complete(...args).catch((error: unknown) => {
          throttled++;
          throw error;
        }),
    },
    hooks: lifecycleHooks(client, looks),
    balancers: elbBalancers(
      new ElasticLoadBalancingV2Client(access),
      instanceAddresses(new EC2Client(access)),
      looks,
    ),
    instances: ec2Instances(new EC2Client(access)),
    ledger: new ClaimsFake(clock),
    drains: new DrainsFake(),
    outbox: new OutboxFake(),
    metrics: { requestsPerTarget: async () => 0 },
    queues: { inFlight: async () => 0 },
    cloudMap: { deregister: async () => undefined, isUnderWay: async () => false },
    probes: { get: async () => ({ status: 200, detail: '' }) },
    commands: {
      send: async () => undefined,
      find: async () => undefined,
      result: async () => ({ status: 'running' as const }),
    },
    clock,
  };
  const began = clock.now();
  const outcomes = await runCrowd(
    members.map(
      (instance) => async (durable) =>
        drainInstance(
          { kind: 'terminating', id: instance, at: began, action: fleet.action('evenkeel-drain', instance) },
          { ...ports, durable },
        ),
    ),
    { now: () => clock.now(), passUntil: (instant) => cloud.clock.runUntil(instant) },
  );
  const ends = outcomes.map((outcome) => (outcome.kind === 'done' ? outcome.facts : outcome));
  expect(ends).toEqual(
    ends.map(() => ({ end: 'idle', result: 'CONTINUE', answer: 'done', command: 'none' })),
  );
  // Also where they drain because Spot takes all of them.
  expect(clock.now() - began).toBeLessThan(2 * MINUTE);
  // The limits were felt: more at once than a bucket holds.
  expect(throttled).toBeGreaterThan(100);
});
