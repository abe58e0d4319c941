import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BOOT_SECONDS, SHUTDOWN_SECONDS } from './fake-ec2.ts';
import { DEREGISTRATION_SECONDS, OTHER_TARGET_GROUP, TARGET_GROUP } from './fake-elb.ts';
import type { World } from './world.ts';
import { GROUP, LAUNCH_HOOK, TERMINATE_HOOK, entries, first, openWorld } from './world.ts';

const LAUNCH_EVENT = 'EC2 Instance-launch Lifecycle Action';
const TERMINATE_EVENT = 'EC2 Instance-terminate Lifecycle Action';
/** Longer than Auto Scaling takes to notice a change and EC2 to boot an instance. */
const UNTIL_RUNNING = BOOT_SECONDS + 5;

describe('an instance on its way into the group', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
  });
  afterEach(() => world.close());

  const complete = (result: string, action: { instance?: string; token?: string }) =>
    world.api.completeLifecycleAction({
      AutoScalingGroupName: GROUP,
      LifecycleHookName: LAUNCH_HOOK.LifecycleHookName,
      LifecycleActionResult: result,
      InstanceId: action.instance,
      LifecycleActionToken: action.token,
    });

  it('enters service by itself where no hook waits for it', async () => {
    await world.create({ MinSize: 1 });
    await world.pass(UNTIL_RUNNING);
    const { InstanceId = '' } = first(await world.instances('InService'));
    expect(world.statesOf(InstanceId)).toEqual(['Pending', 'InService']);
    expect(world.eventsOf('EC2 Instance Launch Successful')[0]?.detail).toMatchObject({
      EC2InstanceId: InstanceId,
      AutoScalingGroupName: GROUP,
      Details: { 'Availability Zone': 'eu-central-1a', 'Subnet ID': 'subnet-a' },
    });
  });

  it('waits for its hook, and is registered only after it', async () => {
    await world.create({ MinSize: 1, LifecycleHookSpecificationList: [LAUNCH_HOOK] });
    await world.pass(UNTIL_RUNNING);
    const { InstanceId = '' } = first(await world.instances('Pending:Wait'));
    expect(world.elb.targetState(TARGET_GROUP, InstanceId)).toBeUndefined();
    const { detail } = first(world.eventsOf(LAUNCH_EVENT));
    expect(detail).toMatchObject({
      EC2InstanceId: InstanceId,
      LifecycleHookName: 'admit',
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
      Origin: 'EC2',
      Destination: 'AutoScalingGroup',
    });
    await complete('CONTINUE', { token: String(detail['LifecycleActionToken']) });
    await world.pass(5);
    expect(world.statesOf(InstanceId)).toEqual(['Pending', 'Pending:Wait', 'Pending:Proceed', 'InService']);
    expect(world.elb.targetState(TARGET_GROUP, InstanceId)).toBe('healthy');
  });

  it('is terminated and replaced when its hook is abandoned', async () => {
    await world.create({ MinSize: 1, LifecycleHookSpecificationList: [LAUNCH_HOOK] });
    await world.pass(UNTIL_RUNNING);
    const { InstanceId = '' } = first(await world.instances('Pending:Wait'));
    await complete('ABANDON', { instance: InstanceId });
    await world.pass(60);
    const [replacement] = await world.instances();
    expect(replacement?.InstanceId).not.toBe(InstanceId);
    expect(world.statesOf(InstanceId)).toEqual(['Pending', 'Pending:Wait', 'Terminating', 'Terminated']);
    const failed = (await world.activities()).find(({ StatusCode }) => StatusCode === 'Failed');
    expect(failed?.StatusMessage).toMatch(
      /^Instance failed to complete user's Lifecycle Action: Lifecycle Action with token [0-9a-f-]{36} was abandoned: Lifecycle Action Completed with ABANDON Result$/,
    );
    expect(world.eventsOf('EC2 Instance Launch Unsuccessful')).toHaveLength(1);
  });

  it('gets the default result when the heartbeat runs out', async () => {
    await world.create({ MinSize: 1, LifecycleHookSpecificationList: [LAUNCH_HOOK] });
    await world.pass(UNTIL_RUNNING);
    const { InstanceId = '' } = first(await world.instances('Pending:Wait'));
    await world.pass(290);
    expect(world.statesOf(InstanceId)).toEqual(['Pending', 'Pending:Wait']);
    await world.pass(20);
    expect(world.statesOf(InstanceId)).toContain('Terminating');
    expect(
      entries(world.journal, 'lifecycle-action').map(({ phase, result }) => [phase, result]),
    ).toContainEqual(['expired', 'ABANDON']);
  });

  it('waits longer with each heartbeat', async () => {
    await world.create({ MinSize: 1, LifecycleHookSpecificationList: [LAUNCH_HOOK] });
    await world.pass(UNTIL_RUNNING + 280);
    const { InstanceId = '' } = first(await world.instances('Pending:Wait'));
    const name = { AutoScalingGroupName: GROUP, LifecycleHookName: 'admit', InstanceId };
    await world.api.recordLifecycleActionHeartbeat(name);
    await world.pass(290);
    expect(await world.instances('Pending:Wait')).toHaveLength(1);
    await world.pass(20);
    expect(world.statesOf(InstanceId)).toContain('Terminating');
  });

  it('never waits longer than a hundred heartbeat timeouts', async () => {
    const hook = { ...LAUNCH_HOOK, HeartbeatTimeout: 30, DefaultResult: 'CONTINUE' };
    await world.create({ MinSize: 1, LifecycleHookSpecificationList: [hook] });
    await world.pass(BOOT_SECONDS + 1);
    const { InstanceId = '' } = first(await world.instances('Pending:Wait'));
    const beat = () =>
      world.api.recordLifecycleActionHeartbeat({
        AutoScalingGroupName: GROUP,
        LifecycleHookName: 'admit',
        InstanceId,
      });
    for (let minute = 0; minute < 49; minute++) {
      for (let half = 0; half < 3; half++) {
        await beat();
        await world.pass(20);
      }
    }
    await beat();
    await world.pass(29);
    await beat();
    await world.pass(29);
    expect(await world.instances('Pending:Wait')).toHaveLength(1);
    await beat();
    await world.pass(4);
    expect(await world.instances('InService')).toHaveLength(1);
  });

  it('lets an action be completed once, and says so in the journal', async () => {
    await world.create({ MinSize: 1, LifecycleHookSpecificationList: [LAUNCH_HOOK] });
    await world.pass(UNTIL_RUNNING);
    const token = String(first(world.eventsOf(LAUNCH_EVENT)).detail['LifecycleActionToken']);
    await complete('CONTINUE', { token });
    await expect(complete('CONTINUE', { token })).rejects.toMatchObject({
      name: 'ValidationError',
      message: `No active Lifecycle Action found with token ${token}`,
    });
    await expect(complete('CONTINUE', { instance: 'i-0123' })).rejects.toThrow(
      'No active Lifecycle Action found with instance ID i-0123',
    );
    const phases = entries(world.journal, 'lifecycle-action').filter((entry) => entry.token === token);
    expect(phases.map(({ phase }) => phase)).toEqual(['started', 'completed', 'refused']);
  });

  it('waits for all hooks of the transition', async () => {
    const second = { ...LAUNCH_HOOK, LifecycleHookName: 'second' };
    await world.create({ MinSize: 1, LifecycleHookSpecificationList: [LAUNCH_HOOK, second] });
    await world.pass(UNTIL_RUNNING);
    const { InstanceId = '' } = first(await world.instances('Pending:Wait'));
    await complete('CONTINUE', { instance: InstanceId });
    await world.pass(5);
    expect(await world.instances('Pending:Wait')).toHaveLength(1);
    const name = { AutoScalingGroupName: GROUP, LifecycleHookName: 'second', InstanceId };
    await world.api.completeLifecycleAction({ ...name, LifecycleActionResult: 'CONTINUE' });
    await world.pass(5);
    expect(await world.instances('InService')).toHaveLength(1);
  });

  it('fails its launch when it ends before it is in service', async () => {
    await world.create({ MinSize: 1, LifecycleHookSpecificationList: [LAUNCH_HOOK] });
    await world.pass(UNTIL_RUNNING);
    const { InstanceId = '' } = first(await world.instances('Pending:Wait'));
    world.ec2.change(InstanceId, 'terminated');
    await world.pass(60);
    expect(world.statesOf(InstanceId).at(-1)).toBe('Terminated');
    expect(await world.instances('Pending:Wait')).toHaveLength(1);
    await expect(complete('CONTINUE', { instance: InstanceId })).rejects.toThrow(
      'No active Lifecycle Action',
    );
  });

  it('tells the topic or queue of its hook, which got one test message first', async () => {
    const topic = 'arn:aws:sns:eu-central-1:123456789012:hooks';
    const hook = { ...LAUNCH_HOOK, NotificationTargetARN: topic, NotificationMetadata: 'blue' };
    await world.create({ MinSize: 1, LifecycleHookSpecificationList: [hook] });
    await world.api.putLifecycleHook({ AutoScalingGroupName: GROUP, ...hook, HeartbeatTimeout: 60 });
    await world.pass(UNTIL_RUNNING);
    const bodies = world.messages.map(
      ({ target, parcel }) => [target, JSON.parse(parcel.body) as object] as const,
    );
    expect(bodies).toMatchObject([
      [topic, { Event: 'autoscaling:TEST_NOTIFICATION', AutoScalingGroupName: GROUP }],
      [topic, { LifecycleHookName: 'admit', NotificationMetadata: 'blue', Service: 'AWS Auto Scaling' }],
    ]);
  });

  it('completes the actions of a hook that is deleted: ABANDON for launches', async () => {
    await world.create({ MinSize: 1, LifecycleHookSpecificationList: [LAUNCH_HOOK] });
    await world.pass(UNTIL_RUNNING);
    const { InstanceId = '' } = first(await world.instances('Pending:Wait'));
    await world.api.deleteLifecycleHook({ AutoScalingGroupName: GROUP, LifecycleHookName: 'admit' });
    expect(world.statesOf(InstanceId)).toContain('Terminating');
  });
});

describe('an instance on its way out', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
    await world.create({ DesiredCapacity: 2, LifecycleHookSpecificationList: [TERMINATE_HOOK] });
    await world.pass(UNTIL_RUNNING);
  });
  afterEach(() => world.close());

  const shrink = () => world.api.setDesiredCapacity({ AutoScalingGroupName: GROUP, DesiredCapacity: 1 });
  const complete = (instance: string, result: string) =>
    world.api.completeLifecycleAction({
      AutoScalingGroupName: GROUP,
      LifecycleHookName: TERMINATE_HOOK.LifecycleHookName,
      LifecycleActionResult: result,
      InstanceId: instance,
    });

  it('is drained by the load balancer before its hook is called', async () => {
    await shrink();
    await world.pass(DEREGISTRATION_SECONDS - 5);
    const { InstanceId = '' } = first(await world.instances('Terminating'));
    expect(world.elb.targetState(TARGET_GROUP, InstanceId)).toBe('draining');
    expect(first(await world.activities())).toMatchObject({ StatusCode: 'WaitingForELBConnectionDraining' });
    expect(world.eventsOf(TERMINATE_EVENT)).toHaveLength(0);
    await world.pass(10);
    expect(await world.instances('Terminating:Wait')).toHaveLength(1);
    expect(first(world.eventsOf(TERMINATE_EVENT)).detail).toMatchObject({
      EC2InstanceId: InstanceId,
      Origin: 'AutoScalingGroup',
      Destination: 'EC2',
    });
  });

  it.each(['CONTINUE', 'ABANDON'])('is kept until its hook is completed, and ended by %s', async (result) => {
    await shrink();
    await world.pass(DEREGISTRATION_SECONDS + 400);
    const { InstanceId = '' } = first(await world.instances('Terminating:Wait'));
    expect(world.ec2.instance(InstanceId)?.state).toBe('running');
    await complete(InstanceId, result);
    await world.pass(SHUTDOWN_SECONDS + 1);
    expect(await world.instances()).toHaveLength(1);
    expect(world.statesOf(InstanceId).slice(-4)).toEqual([
      'Terminating',
      'Terminating:Wait',
      'Terminating:Proceed',
      'Terminated',
    ]);
    expect(world.eventsOf('EC2 Instance Terminate Successful')).toHaveLength(1);
    expect(first(await world.activities())).toMatchObject({ StatusCode: 'Successful', Progress: 100 });
  });

  it('leaves its other hooks out after one ABANDON', async () => {
    await world.api.putLifecycleHook({
      AutoScalingGroupName: GROUP,
      ...TERMINATE_HOOK,
      LifecycleHookName: 'second',
    });
    await shrink();
    await world.pass(DEREGISTRATION_SECONDS + 5);
    const { InstanceId = '' } = first(await world.instances('Terminating:Wait'));
    await complete(InstanceId, 'ABANDON');
    expect(world.statesOf(InstanceId).at(-1)).toBe('Terminating:Proceed');
    const second = { AutoScalingGroupName: GROUP, LifecycleHookName: 'second', InstanceId };
    await expect(
      world.api.completeLifecycleAction({ ...second, LifecycleActionResult: 'CONTINUE' }),
    ).rejects.toThrow('No active Lifecycle Action found');
  });

  it('waits for all its target groups, and calls its hook once', async () => {
    const both = { AutoScalingGroupName: GROUP, TargetGroupARNs: [OTHER_TARGET_GROUP] };
    await world.api.attachLoadBalancerTargetGroups(both);
    await shrink();
    await world.pass(DEREGISTRATION_SECONDS + 5);
    expect(world.eventsOf(TERMINATE_EVENT)).toHaveLength(1);
  });

  it('is kept after ABANDON where the group retains abandoned instances, until the API ends it', async () => {
    await world.api.updateAutoScalingGroup({
      AutoScalingGroupName: GROUP,
      InstanceLifecyclePolicy: { RetentionTriggers: { TerminateHookAbandon: 'retain' } },
    });
    await shrink();
    await world.pass(DEREGISTRATION_SECONDS + 5);
    const { InstanceId = '' } = first(await world.instances('Terminating:Wait'));
    await complete(InstanceId, 'ABANDON');
    await world.pass(3600);
    expect(await world.instances('Terminating:Retained')).toHaveLength(1);
    await world.api.terminateInstanceInAutoScalingGroup({
      InstanceId,
      ShouldDecrementDesiredCapacity: false,
    });
    await world.pass(60);
    expect((await world.instances()).map((instance) => instance.LifecycleState)).toEqual(['InService']);
  });

  it('dies in its hook without setting the group back: the hook is still waited for', async () => {
    await shrink();
    await world.pass(DEREGISTRATION_SECONDS + 5);
    const { InstanceId = '' } = first(await world.instances('Terminating:Wait'));
    world.ec2.change(InstanceId, 'terminated');
    await world.pass(60);
    expect(await world.instances('Terminating:Wait')).toHaveLength(1);
    await complete(InstanceId, 'CONTINUE');
    await world.pass(1);
    expect(world.statesOf(InstanceId).at(-1)).toBe('Terminated');
  });
});
