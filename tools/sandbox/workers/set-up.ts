import type { Stage } from '../stage.ts';

/** The names of what its owner set up by hand, long before Evenkeel. */
export const WORKERS = 'workers';
export const PREVIEWS = 'previews';
export const QUEUE = 'jobs';

const IMAGE = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64';
const SSM_POLICY = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore';

/** Seconds that a job stays with its worker, before another one may have it. */
const VISIBILITY = 300;

/** Sets up a queue, a group of workers that nobody needs yet, and a second group of a size that its owner chose. */
export async function setUpWorkers(stage: Stage): Promise<void> {
  await stage.sqs.createQueue({
    QueueName: QUEUE,
    Attributes: { VisibilityTimeout: String(VISIBILITY), MessageRetentionPeriod: '345600' },
  });
  await setUpRole(stage);
  const { Parameter } = await stage.ssm.getParameter({ Name: IMAGE });
  const subnets = await defaultSubnets(stage);
  for (const [name, { min, max, desired }] of Object.entries(GROUPS)) {
    await stage.ec2.createLaunchTemplate({
      LaunchTemplateName: name,
      LaunchTemplateData: {
        ImageId: Parameter?.Value,
        InstanceType: 't4g.small',
        IamInstanceProfile: { Name: WORKERS },
        Monitoring: { Enabled: true },
      },
    });
    await stage.autoScaling.createAutoScalingGroup({
      AutoScalingGroupName: name,
      MinSize: min,
      MaxSize: max,
      DesiredCapacity: desired,
      VPCZoneIdentifier: subnets,
      LaunchTemplate: { LaunchTemplateName: name, Version: '$Default' },
      DefaultInstanceWarmup: 60,
    });
  }
}

/** Instances to begin with. */
export const GROUPS = {
  [WORKERS]: { min: 0, max: 16, desired: 0 },
  [PREVIEWS]: { min: 1, max: 6, desired: 2 },
};

async function defaultSubnets({ ec2 }: Stage): Promise<string> {
  const { Subnets = [] } = await ec2.describeSubnets({
    Filters: [{ Name: 'default-for-az', Values: ['true'] }],
  });
  return Subnets.map(({ SubnetId }) => SubnetId).join(',');
}

async function setUpRole({ iam }: Stage): Promise<void> {
  const trust = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
  await iam.createRole({
    RoleName: WORKERS,
    AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
  });
  await iam.attachRolePolicy({ RoleName: WORKERS, PolicyArn: SSM_POLICY });
  await iam.createInstanceProfile({ InstanceProfileName: WORKERS });
  await iam.addRoleToInstanceProfile({ InstanceProfileName: WORKERS, RoleName: WORKERS });
}
