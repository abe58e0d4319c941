import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { elbBalancers } from '../../../shared/aws/elb-balancers.ts';
import type { Signal } from '../../../shared/domain/index.ts';
import { MINUTE } from '../../../shared/domain/index.ts';
import { scaleFleet } from '../../../shared/workflows/scale-fleet.ts';
import { fleet } from '../../support/world.ts';
import type { CloudWorld } from '../adapters/cloud-world.ts';
import { newCloudWorld } from '../adapters/cloud-world.ts';
import type { FleetWorld } from '../adapters/fleet-world.ts';
import { newFleetWorld } from '../adapters/fleet-world.ts';
import { openToVisitors } from '../cloud/visitors.ts';
import { wireScale } from './wire-scale.ts';

const requests: Signal = {
  name: 'requests',
  metric: 'alb-requests-per-target',
  target: 600,
  activation: 1,
  missing: 'zero',
};

let world: CloudWorld;
let aws: FleetWorld;
beforeEach(async () => {
  world = await newCloudWorld();
  aws = await newFleetWorld(world);
  await balance();
  await aws.autoScaling.updateAutoScalingGroup({
    AutoScalingGroupName: 'web-group',
    MinSize: 0,
    DesiredCapacity: 0,
  });
  for (let minute = 0; minute < 10; minute++) {
    for (const id of await aws.instances()) await release(id);
    await world.pass(MINUTE);
  }
});
afterEach(() => world.cloud.close());

/** Puts a load balancer before the fleet's target group. */
async function balance(): Promise<void> {
  const { Subnets = [] } = await aws.ec2.describeSubnets();
  const { LoadBalancers = [] } = await aws.elb.createLoadBalancer({
    Name: 'web',
    Subnets: Subnets.slice(0, 2).map(({ SubnetId }) => SubnetId ?? ''),
    SecurityGroups: await openToVisitors(aws.ec2, aws.vpcId),
  });
  await aws.elb.createListener({
    LoadBalancerArn: LoadBalancers[0]?.LoadBalancerArn,
    Protocol: 'HTTP',
    Port: 80,
    DefaultActions: [{ Type: 'forward', TargetGroupArn: aws.targetGroupArn }],
  });
}

async function release(instance: string): Promise<void> {
  const { groups } = wireScale(world, fleet());
  for (const hook of ['evenkeel-admission', 'evenkeel-drain'])
    await groups.complete(aws.action(hook, instance), 'CONTINUE');
}

async function tick(id: string) {
  const on = wireScale(world, fleet({ signals: [requests] }));
  const outcome = await scaleFleet(
    { kind: 'scale-due', id, at: world.clock.now(), fleet: 'web' },
    `request of ${id}`,
    on,
  );
  const [decision] = await on.ledger.decisions('web', 0, 1);
  return { outcome, codes: decision?.reasons.map(({ code }) => code) };
}

it('a fleet at zero is woken by requests that its load balancer turns away, and by none', async () => {
  expect(await aws.instances()).toEqual([]);
  expect(
    await elbBalancers(new ElasticLoadBalancingV2Client(world.access)).inFrontOf([aws.targetGroupArn]),
  ).toEqual([expect.stringMatching(/^app\/web\/[0-9a-f]+$/)]);
  const still = await tick('still');
  expect(still.outcome).toMatchObject({ facts: { action: 'hold', desired: 0 } });
  expect(still.codes).toEqual(['INACTIVE']);
  world.cloud.traffic.drive(() => 1, aws.targetGroupArn);
  await world.pass(4 * MINUTE);
  const woken = await tick('woken');
  expect(woken.outcome).toMatchObject({ facts: { action: 'scale-out', from: 0, to: 1 } });
  expect(woken.codes).toEqual(['ACTIVATED']);
});
