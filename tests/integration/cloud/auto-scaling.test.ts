import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fleet } from './groups-world.ts';
import { GROUP, HEARTBEAT, openFleet, SETTLING } from './groups-world.ts';
import { zipOf } from './lambda-world.ts';

describe('a group in the whole local cloud', () => {
  let fleet: Fleet;
  beforeEach(async () => {
    fleet = await openFleet();
  });
  afterEach(() => fleet.close());

  it('brings instances into the load balancer, and its hook events to the rules of the default bus', async () => {
    const { QueueUrl = '' } = await fleet.sqs.createQueue({ QueueName: 'hooks' });
    const queueArn = 'arn:aws:sqs:eu-central-1:123456789012:hooks';
    const { RuleArn = '' } = await fleet.events.putRule({
      Name: 'hooks',
      EventPattern: JSON.stringify({
        source: ['aws.autoscaling'],
        'detail-type': ['EC2 Instance-launch Lifecycle Action'],
      }),
    });
    const statement = {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: queueArn,
      Condition: { ArnEquals: { 'aws:SourceArn': RuleArn } },
    };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await fleet.sqs.setQueueAttributes({ QueueUrl, Attributes: { Policy } });
    await fleet.events.putTargets({ Rule: 'hooks', Targets: [{ Id: 'queue', Arn: queueArn }] });
    await fleet.createGroup({
      DesiredCapacity: 2,
      LifecycleHookSpecificationList: [
        {
          LifecycleHookName: 'admit',
          LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
          HeartbeatTimeout: HEARTBEAT,
        },
      ],
    });
    await fleet.pass(2);
    const { Messages = [] } = await fleet.sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10 });
    expect(Messages).toHaveLength(2);
    for (const { Body = '' } of Messages) {
      const { detail } = JSON.parse(Body) as { detail: Record<string, string> };
      await fleet.autoScaling.completeLifecycleAction({
        AutoScalingGroupName: GROUP,
        LifecycleHookName: detail['LifecycleHookName'],
        LifecycleActionToken: detail['LifecycleActionToken'],
        LifecycleActionResult: 'CONTINUE',
      });
    }
    await fleet.pass(6);
    expect(await fleet.instances('InService')).toHaveLength(2);
    expect(await fleet.targetStates()).toEqual(['healthy', 'healthy']);
  });

  it('replaces an instance that was killed and one whose application no longer answers', async () => {
    await fleet.createGroup({ DesiredCapacity: 3 });
    await fleet.pass(10);
    const [killed, sick, well] = (await fleet.instances('InService')).map(
      ({ InstanceId = '' }) => InstanceId,
    );
    fleet.cloud.services.ec2.kill(killed ?? '');
    fleet.cloud.services.ec2.makeUnhealthy(sick ?? '');
    await fleet.pass(15);
    const left = (await fleet.instances('InService')).map(({ InstanceId }) => InstanceId);
    expect(left).toHaveLength(3);
    expect(left).toContain(well);
    expect(left).not.toContain(killed);
    expect(left).not.toContain(sick);
    expect(await fleet.targetStates()).toEqual(['healthy', 'healthy', 'healthy']);
  });

  it('scales by a step policy again each minute, for as long as its alarm stands', async () => {
    await fleet.createGroup({ DesiredCapacity: 1 });
    await fleet.pass(10);
    const { PolicyARN = '' } = await fleet.autoScaling.putScalingPolicy({
      AutoScalingGroupName: GROUP,
      PolicyName: 'out',
      PolicyType: 'StepScaling',
      AdjustmentType: 'ChangeInCapacity',
      EstimatedInstanceWarmup: 60,
      StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
    });
    await fleet.cloudWatch.putMetricAlarm({
      AlarmName: 'high',
      Namespace: 'Test',
      MetricName: 'Load',
      Statistic: 'Average',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 50,
      ComparisonOperator: 'GreaterThanThreshold',
      AlarmActions: [PolicyARN],
    });
    for (let minute = 0; minute < 15; minute++) {
      await fleet.cloudWatch.putMetricData({
        Namespace: 'Test',
        MetricData: [{ MetricName: 'Load', Value: 80 }],
      });
      await fleet.pass(1);
    }
    expect((await fleet.instances()).length).toBeGreaterThanOrEqual(3);
    const { Activities = [] } = await fleet.autoScaling.describeScalingActivities({
      AutoScalingGroupName: GROUP,
    });
    expect(Activities[0]?.Cause).toContain('a monitor alarm high in state ALARM triggered policy out');
  });

  it.each([0, 1])(
    'leaves the choice of instances to a Lambda function that its service-linked role may invoke: number %i',
    async (index) => {
      const functionArn = await createChooser(fleet, index);
      // In one zone, since a function may choose only in the zones that the group would take from.
      const { Subnets = [] } = await fleet.ec2.describeSubnets({});
      await fleet.createGroup({
        DesiredCapacity: 2,
        TerminationPolicies: [functionArn],
        TargetGroupARNs: [],
        VPCZoneIdentifier: Subnets[0]?.SubnetId,
      });
      await fleet.pass(5);
      const chosen = (await fleet.instances()).map(({ InstanceId }) => InstanceId).toSorted()[index];
      await fleet.autoScaling.setDesiredCapacity({ AutoScalingGroupName: GROUP, DesiredCapacity: 1 });
      await fleet.pass(1);
      expect(await fleet.instances('InService')).toHaveLength(2);
      await fleet.lambda.addPermission({
        FunctionName: functionArn,
        StatementId: 'groups',
        Action: 'lambda:InvokeFunction',
        Principal:
          'arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling',
      });
      await fleet.pass(3);
      const left = await fleet.instances('InService');
      expect(left).toHaveLength(1);
      expect(left[0]?.InstanceId).not.toBe(chosen);
    },
  );

  it('refreshes to a new image behind the load balancer without losing a target', async () => {
    await fleet.createGroup({ DesiredCapacity: 2 });
    await fleet.pass(10);
    const image = fleet.cloud.services.ec2.publishImage();
    await fleet.ec2.createLaunchTemplateVersion({
      LaunchTemplateId: fleet.template,
      SourceVersion: '1',
      LaunchTemplateData: { ImageId: image },
    });
    await fleet.autoScaling.startInstanceRefresh({
      AutoScalingGroupName: GROUP,
      DesiredConfiguration: { LaunchTemplate: { LaunchTemplateId: fleet.template, Version: '2' } },
      Preferences: { MinHealthyPercentage: 100, MaxHealthyPercentage: 150, InstanceWarmup: SETTLING },
    });
    let least = Infinity;
    for (let minute = 0; minute < 40; minute++) {
      await fleet.pass(1);
      const healthy = (await fleet.targetStates()).filter((state) => state === 'healthy').length;
      least = Math.min(least, healthy);
    }
    expect(least).toBe(2);
    expect((await fleet.instances()).map(({ ImageId }) => ImageId)).toEqual([image, image]);
  });

  it('rolls back from an image whose application never answers', async () => {
    await fleet.createGroup({ DesiredCapacity: 2 });
    await fleet.pass(10);
    const before = (await fleet.instances()).map(({ ImageId }) => ImageId);
    const image = fleet.cloud.services.ec2.publishImage({ fault: 'never-ready' });
    await fleet.ec2.createLaunchTemplateVersion({
      LaunchTemplateId: fleet.template,
      SourceVersion: '1',
      LaunchTemplateData: { ImageId: image },
    });
    await fleet.autoScaling.startInstanceRefresh({
      AutoScalingGroupName: GROUP,
      DesiredConfiguration: { LaunchTemplate: { LaunchTemplateId: fleet.template, Version: '2' } },
      Preferences: { MinHealthyPercentage: 50, InstanceWarmup: SETTLING, AutoRollback: true },
    });
    await fleet.pass(90);
    const { InstanceRefreshes } = await fleet.autoScaling.describeInstanceRefreshes({
      AutoScalingGroupName: GROUP,
    });
    expect(InstanceRefreshes?.[0]).toMatchObject({ Status: 'RollbackSuccessful' });
    expect((await fleet.instances('InService')).map(({ ImageId }) => ImageId)).toEqual(before);
    expect(await fleet.targetStates()).toEqual(['healthy', 'healthy']);
  });
});

/** A function that names one of a group's instances: by its number, in the order of their ids. */
async function createChooser({ iam, lambda }: Fleet, index: number): Promise<string> {
  const { Role } = await iam.createRole({
    RoleName: 'choose',
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    }),
  });
  const source = `export const handler = async ({ Instances }) =>
    ({ InstanceIDs: [Instances.map(({ InstanceId }) => InstanceId).sort()[${index}]] });`;
  const { FunctionArn = '' } = await lambda.createFunction({
    FunctionName: 'choose',
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Role: Role?.Arn,
    Code: { ZipFile: zipOf({ 'index.mjs': source }) },
  });
  return FunctionArn;
}
