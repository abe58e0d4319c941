import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { autoScalingGroups } from '../../../shared/aws/auto-scaling-groups.ts';
import { ec2Instances } from '../../../shared/aws/ec2-instances.ts';
import { elbBalancers } from '../../../shared/aws/elb-balancers.ts';
import { instanceAddresses } from '../../../shared/aws/instance-addresses.ts';
import { lifecycleHooks } from '../../../shared/aws/lifecycle-hooks.ts';
import type { Looks } from '../../../shared/aws/shared-looks.ts';
import { LookUnderwayError } from '../../../shared/aws/shared-looks.ts';
import { ssmCommands } from '../../../shared/aws/ssm-commands.ts';
import type { DrainPolicy } from '../../../shared/domain/index.ts';
import { MINUTE, SECOND } from '../../../shared/domain/index.ts';
import type { DrainPorts } from '../../../shared/workflows/drain-instance.ts';
import { drainInstance } from '../../../shared/workflows/drain-instance.ts';
import { runCrowd } from '../../support/durable-crowd.ts';
import { fleetOf } from '../../support/fleets.ts';
import { ClaimsFake, DrainsFake, OutboxFake } from '../../support/memory-fake.ts';
import type { CloudWorld } from './cloud-world.ts';
import { newCloudWorld } from './cloud-world.ts';
import type { FleetWorld } from './fleet-world.ts';
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

/** A group of so many instances, all of which it has just been told to let go. */
async function leavingCrowd(): Promise<{ readonly fleet: FleetWorld; readonly members: readonly string[] }> {
  const fleet = await newFleetWorld(world);
  const { autoScaling } = fleet;
  const group = { AutoScalingGroupName: 'web-group' };
  await autoScaling.deleteLifecycleHook({ ...group, LifecycleHookName: 'evenkeel-admission' });
  await autoScaling.updateAutoScalingGroup({ ...group, MinSize: 0, MaxSize: MANY, DesiredCapacity: MANY });
  await world.pass(30 * MINUTE);
  const members = await fleet.instances();
  expect(members).toHaveLength(MANY);
  await autoScaling.setDesiredCapacity({ ...group, DesiredCapacity: 0 });
  await world.pass(5 * SECOND);
  world.cloud.weather.follow({ limited: 'everyone', entries: [] });
  return { fleet, members };
}

/** The adapters of production, and a ledger in memory. */
function portsOf(drain: Partial<DrainPolicy>) {
  const { access, clock } = world;
  const looks = looksInMemory(() => clock.now());
  const client = new AutoScalingClient(access);
  const ec2 = new EC2Client(access);
  const elb = new ElasticLoadBalancingV2Client(access);
  const base = fleetOf();
  return {
    fleets: [{ ...base, drain: { ...base.drain, ...drain } }],
    groups: autoScalingGroups(client, looks),
    hooks: lifecycleHooks(client, looks),
    balancers: elbBalancers(elb, instanceAddresses(ec2), looks),
    instances: ec2Instances(ec2),
    commands: ssmCommands(new SSMClient(access)),
    ledger: new ClaimsFake(clock),
    drains: new DrainsFake(),
    outbox: new OutboxFake(),
    metrics: { requestsPerTarget: async () => 0 },
    queues: { inFlight: async () => 0 },
    cloudMap: { deregister: async () => undefined, isUnderWay: async () => false },
    probes: { get: async () => ({ status: 200, detail: '' }) },
    clock,
  };
}

/** Drains them all at once. */
async function drainAll(
  { fleet, members }: Awaited<ReturnType<typeof leavingCrowd>>,
  ports: Omit<DrainPorts, 'durable'>,
) {
  const { clock, cloud } = world;
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
  return { ends, took: clock.now() - began };
}

it(`${MANY} drains at once end idle within Spot’s two minutes, inside the account’s API limits`, async () => {
  const crowd = await leavingCrowd();
  const ports = portsOf({});
  let throttled = 0;
  const groups = {
    ...ports.groups,
    complete: (...args: Parameters<typeof ports.groups.complete>) =>
      ports.groups.complete(...args).catch((error: unknown) => {
        throttled++;
        throw error;
      }),
  };
  const { ends, took } = await drainAll(crowd, { ...ports, groups });
  expect(ends).toEqual(
    ends.map(() => ({ end: 'idle', result: 'CONTINUE', answer: 'done', command: 'none' })),
  );
  // Also where they drain because Spot takes all of them.
  expect(took).toBeLessThan(2 * MINUTE);
  // The limits were felt: more at once than a bucket holds.
  expect(throttled).toBeGreaterThan(100);
});

it(`${MANY} drains at once that each run a command end within their deadline, and run it once`, async () => {
  const crowd = await leavingCrowd();
  const ports = portsOf({ idle: [], confirm: 0, command: 'sleep 20', every: 3, within: 600 });
  let sent = 0;
  let refused = 0;
  const commands = {
    ...ports.commands,
    send: async (...args: Parameters<typeof ports.commands.send>) => {
      try {
        const id = await ports.commands.send(...args);
        sent++;
        return id;
      } catch (error) {
        refused++;
        throw error;
      }
    },
  };
  const { ends, took } = await drainAll(crowd, { ...ports, commands });
  expect(ends).toEqual(
    ends.map(() => ({ end: 'idle', result: 'CONTINUE', answer: 'done', command: 'succeeded' })),
  );
  expect(sent).toBe(MANY);
  expect(took).toBeLessThan(5 * MINUTE);
  // Systems Manager takes twenty a second.
  expect(refused).toBeGreaterThan(100);
});
