import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { autoScalingGroups } from '../../../shared/aws/auto-scaling-groups.ts';
import { ec2Instances } from '../../../shared/aws/ec2-instances.ts';
import { elbBalancers } from '../../../shared/aws/elb-balancers.ts';
import { instanceAddresses } from '../../../shared/aws/instance-addresses.ts';
import { lifecycleHooks } from '../../../shared/aws/lifecycle-hooks.ts';
import { ssmCommands } from '../../../shared/aws/ssm-commands.ts';
import type { Fleet } from '../../../shared/domain/index.ts';
import { MINUTE, SECOND } from '../../../shared/domain/index.ts';
import { drainInstance } from '../../../shared/workflows/drain-instance.ts';
import { runCrowd } from '../../support/durable-crowd.ts';
import { fleetOf } from '../../support/fleets.ts';
import { ClaimsFake, DrainsFake, OutboxFake } from '../../support/memory-fake.ts';
import type { CloudWorld } from './cloud-world.ts';
import { newCloudWorld } from './cloud-world.ts';
import type { FleetWorld } from './fleet-world.ts';
import { createTargetGroup, newFleetWorld } from './fleet-world.ts';

let world: CloudWorld;
let fleet: FleetWorld;
let instance: string;

const hook = { AutoScalingGroupName: 'web-group', LifecycleHookName: 'evenkeel-drain' };

beforeEach(async () => {
  world = await newCloudWorld();
  fleet = await newFleetWorld(world);
  await fleet.autoScaling.deleteLifecycleHook({ ...hook, LifecycleHookName: 'evenkeel-admission' });
  await world.pass(2 * MINUTE);
  [instance = ''] = await fleet.instances();
  await fleet.autoScaling.terminateInstanceInAutoScalingGroup({
    InstanceId: instance,
    ShouldDecrementDesiredCapacity: false,
  });
  await world.pass(5 * SECOND);
});
afterEach(() => world.cloud.close());

/** The adapters of production, an application that is busy, and a ledger in memory. */
function portsOf(drain: Partial<Fleet['drain']>) {
  const { access, clock } = world;
  const autoScaling = new AutoScalingClient(access);
  const ec2 = new EC2Client(access);
  const base = fleetOf();
  const idle = [{ kind: 'http', path: '/busy', port: 80 }] as const;
  return {
    fleets: [{ ...base, drain: { ...base.drain, idle, within: 900, every: 5, ...drain } }],
    groups: autoScalingGroups(autoScaling),
    hooks: lifecycleHooks(autoScaling),
    balancers: elbBalancers(new ElasticLoadBalancingV2Client(access), instanceAddresses(ec2)),
    instances: ec2Instances(ec2),
    commands: ssmCommands(new SSMClient(access)),
    probes: { get: async () => ({ status: 200, body: '1', detail: '/busy answered 200' }) },
    metrics: { requestsPerTarget: async () => 0 },
    queues: { inFlight: async () => 0 },
    cloudMap: { deregister: async () => undefined, isUnderWay: async () => false },
    ledger: new ClaimsFake(clock),
    drains: new DrainsFake(),
    outbox: new OutboxFake(),
    clock,
  };
}

/** Drains the instance, in the middle of which something happens. */
async function drained(ports: ReturnType<typeof portsOf>, happens?: { after: number; what: () => unknown }) {
  const { clock, cloud } = world;
  const began = clock.now();
  let due = happens;
  const passUntil = async (instant: number) => {
    if (due !== undefined && instant >= began + due.after * SECOND) {
      const { after, what } = due;
      due = undefined;
      await cloud.clock.runUntil(began + after * SECOND);
      await what();
    }
    await cloud.clock.runUntil(instant);
  };
  const action = fleet.action('evenkeel-drain', instance);
  const [outcome] = await runCrowd(
    [
      async (durable) =>
        drainInstance({ kind: 'terminating', id: 'e', at: began, action }, { ...ports, durable }),
    ],
    { now: () => clock.now(), passUntil },
  );
  const [story] = ports.outbox.stories.values();
  return {
    ...(outcome?.kind === 'done' ? outcome.facts : {}),
    severity: story?.severity,
    stories: ports.outbox.stories.size,
    seconds: (clock.now() - began) / SECOND,
  };
}

describe('a drain of a busy instance ends', () => {
  it('at the deadline of its fleet, its hook kept alive until then', async () => {
    const end = await drained(portsOf({}));
    expect(end).toMatchObject({ end: 'deadline', result: 'CONTINUE', answer: 'done', seconds: 900 });
  });

  it.each([
    ['its hook is deleted', () => fleet.autoScaling.deleteLifecycleHook(hook), 'over'],
    [
      'its group is deleted',
      () =>
        fleet.autoScaling.deleteAutoScalingGroup({ AutoScalingGroupName: 'web-group', ForceDelete: true }),
      'vanished',
    ],
    [
      'somebody else completes its hook',
      () =>
        fleet.autoScaling.completeLifecycleAction({
          ...hook,
          InstanceId: instance,
          LifecycleActionResult: 'CONTINUE',
        }),
      'over',
    ],
  ])('when %s: nothing is left to answer, and it is told that work was left', async (_, what, end) => {
    const ended = await drained(portsOf({}), { after: 70, what });
    expect(ended).toMatchObject({ end, answer: 'gone', severity: 'warning', stories: 1 });
    expect(ended.seconds).toBeLessThan(110);
  });

  it('when EC2 terminates it, whoever has been told of that: its hook, which still waits, is answered', async () => {
    const what = () => fleet.ec2.terminateInstances({ InstanceIds: [instance] });
    const ended = await drained(portsOf({}), { after: 70, what });
    expect(ended).toMatchObject({ end: 'lost', answer: 'done', severity: 'warning', stories: 1 });
    expect(ended.seconds).toBeLessThan(140);
  });

  it('when its token expires, because no heartbeat reached it', async () => {
    const ports = portsOf({});
    const heartbeat = () => Promise.reject(new Error('AccessDenied'));
    const ended = await drained({ ...ports, groups: { ...ports.groups, heartbeat } });
    expect(ended).toMatchObject({ end: 'over', answer: 'gone', severity: 'warning' });
    expect(ended.seconds).toBeLessThan(620);
  });
});

describe('an instance that EC2 terminates without its group', () => {
  it('is told of as lost by its drain, also where the notice of its end never came', async () => {
    const { AutoScalingGroups: [group] = [] } = await fleet.autoScaling.describeAutoScalingGroups();
    instance = group?.Instances?.find((one) => one.LifecycleState === 'InService')?.InstanceId ?? '';
    await fleet.ec2.terminateInstances({ InstanceIds: [instance] });
    await world.pass(5 * MINUTE);
    const ports = portsOf({});
    expect(await drained(ports)).toMatchObject({ end: 'lost', answer: 'done', severity: 'warning' });
    expect([...ports.outbox.stories.keys()]).toEqual([`loss#${instance}`]);
  });
});

describe('a drain of an instance whose hook was deleted before it began', () => {
  it('is over at once, and answers nothing', async () => {
    await fleet.autoScaling.deleteLifecycleHook(hook);
    expect(await drained(portsOf({}))).toMatchObject({ end: 'over', answer: 'gone', seconds: 0 });
  });
});

describe('the command of a drain', () => {
  it.each([
    ['echo flushed', { progress: 'succeeded', exitCode: 0, output: 'flushed\n' }],
    [
      'echo flushed; echo broken >&2; exit 3',
      { progress: 'failed', exitCode: 3, output: 'flushed\nbroken\n' },
    ],
  ])('has its exit code and output kept: %s', async (command, kept) => {
    const ports = portsOf({ command, within: 60 });
    await drained(ports);
    expect(ports.drains.progress.get(instance)?.command).toEqual(kept);
  });

  it('is sent to an instance that target groups of others do not send requests any more', async () => {
    const other = await createTargetGroup(fleet.elb, 'other', fleet.vpcId);
    await fleet.elb.registerTargets({ TargetGroupArn: other, Targets: [{ Id: instance }] });
    const { balancers, ...ports } = portsOf({ within: 60 });
    await drained({ ...ports, balancers });
    expect(await balancers.targetGroupsOf(instance)).not.toContain(other);
  });
});
