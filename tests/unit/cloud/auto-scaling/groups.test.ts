import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BOOT_SECONDS } from './fake-ec2.ts';
import { TARGET_GROUP } from './fake-elb.ts';
import type { World } from './world.ts';
import { GROUP, TERMINATE_HOOK, first, openWorld } from './world.ts';

const MINUTE = 60;
const name = { AutoScalingGroupName: GROUP };

describe('a group', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
  });
  afterEach(() => world.close());

  it('is described as it was created, with defaults of AWS', async () => {
    await world.create({
      MinSize: 1,
      MaxSize: 4,
      Tags: [{ Key: 'team', Value: 'web', PropagateAtLaunch: true }],
    });
    await world.pass(MINUTE);
    expect(await world.describe()).toMatchObject({
      AutoScalingGroupName: GROUP,
      MinSize: 1,
      MaxSize: 4,
      DesiredCapacity: 1,
      DefaultCooldown: 300,
      HealthCheckType: 'EC2',
      HealthCheckGracePeriod: 0,
      AvailabilityZones: ['eu-central-1a', 'eu-central-1b'],
      VPCZoneIdentifier: 'subnet-a,subnet-b',
      TerminationPolicies: ['Default'],
      TargetGroupARNs: [TARGET_GROUP],
      LaunchTemplate: { LaunchTemplateId: 'lt-1', LaunchTemplateName: 'web', Version: '1' },
      Tags: [
        {
          ResourceId: GROUP,
          ResourceType: 'auto-scaling-group',
          Key: 'team',
          Value: 'web',
          PropagateAtLaunch: true,
        },
      ],
      Instances: [{ LifecycleState: 'InService', HealthStatus: 'Healthy', LaunchTemplate: { Version: '1' } }],
    });
    expect((await world.describe()).AutoScalingGroupARN).toMatch(
      /^arn:aws:autoscaling:eu-central-1:123456789012:autoScalingGroup:[0-9a-f-]{36}:autoScalingGroupName\/web$/,
    );
  });

  it('hands its tags on to instances only where it is told to', async () => {
    await world.create({
      MinSize: 1,
      Tags: [
        { Key: 'team', Value: 'web', PropagateAtLaunch: true },
        { Key: 'note', Value: 'own', PropagateAtLaunch: false },
      ],
    });
    await world.pass(MINUTE);
    expect(first(world.ec2.launches).tags).toEqual(
      new Map([
        ['aws:autoscaling:groupName', GROUP],
        ['team', 'web'],
      ]),
    );
  });

  it('is found by its tags', async () => {
    await world.create({ Tags: [{ Key: 'evenkeel:fleet', Value: 'web' }] });
    await world.create({ AutoScalingGroupName: 'other', Tags: [{ Key: 'evenkeel:fleet', Value: 'api' }] });
    const found = async (Name: string, ...Values: string[]) => {
      const { AutoScalingGroups = [] } = await world.api.describeAutoScalingGroups({
        Filters: [{ Name, Values }],
      });
      return AutoScalingGroups.map(({ AutoScalingGroupName }) => AutoScalingGroupName);
    };
    expect(await found('tag:evenkeel:fleet', 'web')).toEqual(['web']);
    expect(await found('tag-key', 'evenkeel:fleet')).toEqual(['web', 'other']);
    expect(await found('tag-value', 'api', 'web')).toEqual(['web', 'other']);
    const fleet = {
      ResourceId: GROUP,
      ResourceType: 'auto-scaling-group',
      Key: 'evenkeel:fleet',
      PropagateAtLaunch: false,
    };
    await world.api.createOrUpdateTags({ Tags: [{ ...fleet, Value: 'api' }] });
    expect(await found('tag:evenkeel:fleet', 'api')).toEqual(['web', 'other']);
    await world.api.deleteTags({ Tags: [fleet] });
    expect(await found('tag-key', 'evenkeel:fleet')).toEqual(['other']);
  });

  it('is listed in pages, and without instances where nobody asks for them', async () => {
    await world.create({ MinSize: 1 });
    await world.create({ AutoScalingGroupName: 'second' });
    await world.pass(MINUTE);
    const one = await world.api.describeAutoScalingGroups({ MaxRecords: 1, IncludeInstances: false });
    expect(one.AutoScalingGroups).toMatchObject([{ AutoScalingGroupName: GROUP, Instances: [] }]);
    const two = await world.api.describeAutoScalingGroups({ MaxRecords: 1, NextToken: one.NextToken });
    expect(two.AutoScalingGroups?.map(({ AutoScalingGroupName }) => AutoScalingGroupName)).toEqual([
      'second',
    ]);
    const names = Array.from({ length: 101 }, (_, index) => `group-${index}`);
    await expect(world.api.describeAutoScalingGroups({ AutoScalingGroupNames: names })).rejects.toMatchObject(
      {
        name: 'ValidationError',
      },
    );
  });

  it('lists its instances beside those of others, their health in capitals', async () => {
    await world.create({ MinSize: 1 });
    await world.pass(MINUTE);
    const { AutoScalingInstances = [] } = await world.api.describeAutoScalingInstances({});
    expect(AutoScalingInstances).toMatchObject([
      { ...name, HealthStatus: 'HEALTHY', LifecycleState: 'InService' },
    ]);
    const { AutoScalingInstances: none } = await world.api.describeAutoScalingInstances({
      InstanceIds: ['i-0'],
    });
    expect(none).toEqual([]);
  });

  it.each([
    ['the name of another', {}, 'AlreadyExistsFault'],
    ['a minimum above its maximum', { AutoScalingGroupName: 'x', MinSize: 5, MaxSize: 1 }, 'ValidationError'],
    [
      'a desired capacity out of bounds',
      { AutoScalingGroupName: 'x', DesiredCapacity: 11 },
      'ValidationError',
    ],
    ['no template', { AutoScalingGroupName: 'x', LaunchTemplate: undefined }, 'ValidationError'],
    [
      'an unknown template',
      { AutoScalingGroupName: 'x', LaunchTemplate: { LaunchTemplateName: 'nobody' } },
      'ValidationError',
    ],
    ['an unknown subnet', { AutoScalingGroupName: 'x', VPCZoneIdentifier: 'subnet-z' }, 'ValidationError'],
    [
      'an unknown target group',
      { AutoScalingGroupName: 'x', TargetGroupARNs: ['arn:nothing'] },
      'ValidationError',
    ],
    [
      'an unknown termination policy',
      { AutoScalingGroupName: 'x', TerminationPolicies: ['Youngest'] },
      'ValidationError',
    ],
    [
      'a launch configuration',
      { AutoScalingGroupName: 'x', LaunchTemplate: undefined, LaunchConfigurationName: 'old' },
      'ValidationError',
    ],
  ])('is refused with %s', async (_name, input, error) => {
    await world.create();
    await expect(world.create(input)).rejects.toMatchObject({ name: error });
    const { AutoScalingGroups } = await world.api.describeAutoScalingGroups({});
    expect(AutoScalingGroups).toHaveLength(1);
  });

  it('keeps on update what the update does not name', async () => {
    await world.create({ HealthCheckType: 'ELB', HealthCheckGracePeriod: 90, DefaultInstanceWarmup: 60 });
    await world.api.updateAutoScalingGroup({ ...name, HealthCheckGracePeriod: 30 });
    expect(await world.describe()).toMatchObject({
      HealthCheckType: 'ELB',
      HealthCheckGracePeriod: 30,
      DefaultInstanceWarmup: 60,
      VPCZoneIdentifier: 'subnet-a,subnet-b',
    });
  });

  it('has either a template or a mixed instances policy', async () => {
    await world.create();
    const { LaunchTemplate } = await world.describe();
    const policy = {
      LaunchTemplate: { LaunchTemplateSpecification: { LaunchTemplateName: 'web', Version: '1' } },
    };
    await world.api.updateAutoScalingGroup({ ...name, MixedInstancesPolicy: policy });
    expect((await world.describe()).LaunchTemplate).toBeUndefined();
    await world.api.updateAutoScalingGroup({
      ...name,
      LaunchTemplate: { LaunchTemplateName: 'web', Version: '1' },
    });
    expect(await world.describe()).toMatchObject({ LaunchTemplate });
    expect((await world.describe()).MixedInstancesPolicy).toBeUndefined();
  });

  it('launches from the template it was given last', async () => {
    world.ec2.versions = 3;
    await world.create({ DesiredCapacity: 1 });
    await world.pass(MINUTE);
    await world.api.updateAutoScalingGroup({
      ...name,
      LaunchTemplate: { LaunchTemplateId: 'lt-1', Version: '$Latest' },
      DesiredCapacity: 2,
    });
    await world.pass(MINUTE);
    const versions = (await world.instances()).map(({ LaunchTemplate, ImageId }) => [
      LaunchTemplate?.Version,
      ImageId,
    ]);
    expect(versions).toEqual([
      ['1', 'ami-1'],
      ['3', 'ami-3'],
    ]);
  });

  it('is not deleted while it has instances', async () => {
    await world.create({ MinSize: 1 });
    await world.pass(BOOT_SECONDS - 5);
    await expect(world.api.deleteAutoScalingGroup(name)).rejects.toMatchObject({
      name: 'ScalingActivityInProgressFault',
    });
    await world.pass(MINUTE);
    await expect(world.api.deleteAutoScalingGroup(name)).rejects.toMatchObject({
      name: 'ResourceInUseFault',
      message:
        'You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group.',
    });
    await world.api.updateAutoScalingGroup({ ...name, MinSize: 0, DesiredCapacity: 0 });
    await world.pass(5 * MINUTE);
    await world.api.deleteAutoScalingGroup(name);
    await expect(world.describe()).rejects.toThrow('the group is gone');
  });

  it('is deleted by force with its instances, without hooks and without draining', async () => {
    await world.create({ DesiredCapacity: 2, LifecycleHookSpecificationList: [TERMINATE_HOOK] });
    await world.pass(MINUTE);
    await world.api.deleteAutoScalingGroup({ ...name, ForceDelete: true });
    expect(await world.describe()).toMatchObject({ Status: 'Delete in progress', DesiredCapacity: 0 });
    await world.pass(30);
    await expect(world.describe()).rejects.toThrow('the group is gone');
    expect(world.ec2.running()).toHaveLength(0);
    expect(world.eventsOf('EC2 Instance-terminate Lifecycle Action')).toHaveLength(0);
    const { Activities = [] } = await world.api.describeScalingActivities({
      ...name,
      IncludeDeletedGroups: true,
    });
    expect(first(Activities)).toMatchObject({ AutoScalingGroupState: 'Deleted', StatusCode: 'Successful' });
  });

  it('may be protected from deletion', async () => {
    await world.create({ DeletionProtection: 'prevent-force-deletion' });
    await expect(world.api.deleteAutoScalingGroup({ ...name, ForceDelete: true })).rejects.toMatchObject({
      name: 'ValidationError',
    });
    await world.api.deleteAutoScalingGroup(name);
  });

  it('is unknown to all calls once it is gone', async () => {
    await expect(world.api.setDesiredCapacity({ ...name, DesiredCapacity: 1 })).rejects.toMatchObject({
      name: 'ValidationError',
      message: "AutoScalingGroup name not found - AutoScalingGroup 'web' not found",
    });
    await expect(world.api.describeLifecycleHooks(name)).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('has hooks with the defaults and limits of AWS', async () => {
    await world.create();
    const put = (HeartbeatTimeout?: number, LifecycleHookName = 'admit') =>
      world.api.putLifecycleHook({
        ...name,
        LifecycleHookName,
        HeartbeatTimeout,
        LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
      });
    await put();
    const { LifecycleHooks = [] } = await world.api.describeLifecycleHooks(name);
    expect(first(LifecycleHooks)).toMatchObject({
      HeartbeatTimeout: 3600,
      GlobalTimeout: 172_800,
      DefaultResult: 'ABANDON',
    });
    await put(30);
    expect((await world.api.describeLifecycleHooks(name)).LifecycleHooks?.[0]?.GlobalTimeout).toBe(3000);
    await expect(put(29)).rejects.toMatchObject({ name: 'ValidationError' });
    await expect(put(7201)).rejects.toMatchObject({ name: 'ValidationError' });
    for (let hook = 1; hook < 50; hook++) await put(30, `hook-${hook}`);
    await expect(put(30, 'one-too-many')).rejects.toMatchObject({ name: 'LimitExceededFault' });
  });

  it('publishes the metrics that are enabled, each minute', async () => {
    await world.create({ DesiredCapacity: 2 });
    await world.api.enableMetricsCollection({
      ...name,
      Granularity: '1Minute',
      Metrics: ['GroupDesiredCapacity', 'GroupInServiceInstances'],
    });
    await world.pass(2 * MINUTE);
    expect(world.metrics.map(({ name: metric, value }) => [metric, value])).toEqual([
      ['GroupDesiredCapacity', 2],
      ['GroupInServiceInstances', 2],
      ['GroupDesiredCapacity', 2],
      ['GroupInServiceInstances', 2],
    ]);
    await world.api.disableMetricsCollection(name);
    await world.pass(2 * MINUTE);
    expect(world.metrics).toHaveLength(4);
  });

  it('tells its notification topics what they ask for, after a test message', async () => {
    const TopicARN = 'arn:aws:sns:eu-central-1:123456789012:ops';
    await world.create({ DesiredCapacity: 1 });
    await world.api.putNotificationConfiguration({
      ...name,
      TopicARN,
      NotificationTypes: ['autoscaling:EC2_INSTANCE_LAUNCH'],
    });
    await world.pass(MINUTE);
    await world.api.setDesiredCapacity({ ...name, DesiredCapacity: 0 });
    await world.pass(5 * MINUTE);
    const sent = world.messages.map(({ target, parcel }) => ({
      target,
      subject: parcel.subject,
      ...(JSON.parse(parcel.body) as object),
    }));
    expect(sent).toMatchObject([
      { target: TopicARN, Event: 'autoscaling:TEST_NOTIFICATION' },
      {
        target: TopicARN,
        Event: 'autoscaling:EC2_INSTANCE_LAUNCH',
        subject: 'Auto Scaling: launch for group "web"',
      },
    ]);
    expect(sent).toHaveLength(2);
  });

  it('says clearly what the local cloud does not know', async () => {
    await world.create();
    for (const call of [
      world.api.putScalingPolicy({
        ...name,
        PolicyName: 'foresee',
        PolicyType: 'PredictiveScaling',
        PredictiveScalingConfiguration: { MetricSpecifications: [] },
      }),
      world.api.getPredictiveScalingForecast({
        ...name,
        PolicyName: 'foresee',
        StartTime: new Date(0),
        EndTime: new Date(1),
      }),
    ]) {
      await expect(call).rejects.toMatchObject({
        name: 'NotImplemented',
        $metadata: { httpStatusCode: 501 },
      });
    }
  });

  it('knows the account and its vocabulary', async () => {
    await world.create();
    expect(await world.api.describeAccountLimits({})).toMatchObject({ NumberOfAutoScalingGroups: 1 });
    expect((await world.api.describeTerminationPolicyTypes({})).TerminationPolicyTypes).toContain(
      'OldestInstance',
    );
    expect((await world.api.describeLifecycleHookTypes({})).LifecycleHookTypes).toHaveLength(2);
    const { Processes = [] } = await world.api.describeScalingProcessTypes({});
    expect(Processes.map(({ ProcessName }) => ProcessName)).toContain('AZRebalance');
  });
});
