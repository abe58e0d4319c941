import type { Cloud } from '../tools/cloud/cloud.ts';
import type { Call, Service } from '../tools/cloud/kernel/index.ts';

/** Calls an operation of a service without the wire, as the account. */
export async function operate(service: Service, operation: string, input: object): Promise<Answer> {
  const answer = service.operations[operation];
  if (answer === undefined) throw new Error(`${service.client} has no ${operation}`);
  return (await answer(input as never, ACCOUNT)) as Answer;
}

type Answer = Readonly<Record<string, unknown>>;

const ACCOUNT: Call = {
  service: 'benchmark',
  operation: 'benchmark',
  principal: { kind: 'account' },
  requestId: 'benchmark',
  endpoint: 'http://127.0.0.1',
};

export interface Size {
  readonly groups: number;
  readonly instances: number;
}

/** Makes groups of instances with detailed monitoring and group metrics, and lets them boot. @returns their names */
export async function makeGroups(cloud: Cloud, { groups, instances }: Size): Promise<string[]> {
  const { ec2, autoScaling } = cloud.services;
  const images = (await operate(ec2, 'DescribeImages', { Owners: ['amazon'] })).Images as {
    ImageId: string;
  }[];
  await operate(ec2, 'CreateLaunchTemplate', {
    LaunchTemplateName: 'web',
    LaunchTemplateData: {
      ImageId: images[0]?.ImageId,
      InstanceType: 't3.micro',
      Monitoring: { Enabled: true },
    },
  });
  const { VpcId } = (await operate(ec2, 'CreateVpc', { CidrBlock: '10.0.0.0/16' })).Vpc as { VpcId: string };
  const subnets = await Promise.all(
    ['10.0.0.0/18', '10.0.64.0/18'].map(async (CidrBlock) => {
      const { Subnet } = await operate(ec2, 'CreateSubnet', { VpcId, CidrBlock });
      return (Subnet as { SubnetId: string }).SubnetId;
    }),
  );
  const names = Array.from({ length: groups }, (_, i) => `group-${i}`);
  for (const AutoScalingGroupName of names) {
    const size = instances / groups;
    await operate(autoScaling, 'CreateAutoScalingGroup', {
      AutoScalingGroupName,
      LaunchTemplate: { LaunchTemplateName: 'web', Version: '$Latest' },
      MinSize: size,
      MaxSize: 2 * size,
      VPCZoneIdentifier: subnets.join(','),
    });
    await operate(autoScaling, 'EnableMetricsCollection', { AutoScalingGroupName, Granularity: '1Minute' });
  }
  await cloud.clock.runUntil(cloud.clock.now() + 10 * 60_000);
  return names;
}

/** Alarms on each group's CPU, high and low. */
export async function makeAlarms(cloud: Cloud, groups: readonly string[]): Promise<void> {
  for (const group of groups) {
    for (const [side, ComparisonOperator, Threshold] of [
      ['high', 'GreaterThanThreshold', 70],
      ['low', 'LessThanThreshold', 30],
    ] as const) {
      await operate(cloud.services.cloudWatch, 'PutMetricAlarm', {
        AlarmName: `${group}-${side}`,
        Namespace: 'AWS/EC2',
        MetricName: 'CPUUtilization',
        Dimensions: [{ Name: 'AutoScalingGroupName', Value: group }],
        Statistic: 'Average',
        Period: 60,
        EvaluationPeriods: 15,
        Threshold,
        ComparisonOperator,
      });
    }
  }
}
