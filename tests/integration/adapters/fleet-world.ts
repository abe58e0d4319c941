import { AutoScaling } from '@aws-sdk/client-auto-scaling';
import { EC2 } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { LifecycleAction } from '../../../shared/domain/index.ts';
import { MINUTE } from '../../../shared/domain/index.ts';
import type { CloudWorld } from './cloud-world.ts';

export const IMAGE_PARAMETER = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64';

/** A group of two instances behind a target group, with both hooks, in a local cloud. */
export interface FleetWorld {
  readonly autoScaling: AutoScaling;
  readonly elb: ElasticLoadBalancingV2;
  readonly ec2: EC2;
  readonly templateId: string;
  readonly image: string;
  readonly vpcId: string;
  readonly targetGroupArn: string;
  /** Ids of the group's instances, terminated ones left out. */
  instances(): Promise<string[]>;
  /** The action that holds an instance, as reconciliation would know it: without its token. */
  action(hook: string, instance: string): LifecycleAction;
}

/** The group's instances stand in their launch hook afterwards. */
export async function newFleetWorld(world: CloudWorld): Promise<FleetWorld> {
  const { access } = world;
  const autoScaling = new AutoScaling(access);
  const ec2 = new EC2(access);
  const elb = new ElasticLoadBalancingV2(access);
  const { Subnets = [] } = await ec2.describeSubnets();
  const subnetIds = Subnets.slice(0, 2).map(({ SubnetId }) => SubnetId ?? '');
  const vpcId = Subnets[0]?.VpcId ?? '';
  const { Images = [] } = await ec2.describeImages({
    Owners: ['amazon'],
    Filters: [{ Name: 'architecture', Values: ['arm64'] }],
  });
  const image = Images[0]?.ImageId ?? '';
  const template = await ec2.createLaunchTemplate({
    LaunchTemplateName: 'web',
    LaunchTemplateData: { ImageId: image, InstanceType: 't4g.small', IamInstanceProfile: { Name: 'web' } },
  });
  const targetGroupArn = await createTargetGroup(elb, 'web', vpcId);
  const templateId = template.LaunchTemplate?.LaunchTemplateId ?? '';
  await autoScaling.createAutoScalingGroup({
    AutoScalingGroupName: 'web-group',
    MinSize: 2,
    MaxSize: 4,
    DesiredCapacity: 2,
    VPCZoneIdentifier: subnetIds.join(','),
    LaunchTemplate: { LaunchTemplateId: templateId, Version: '1' },
    TargetGroupARNs: [targetGroupArn],
    Tags: [{ Key: 'evenkeel:fleet', Value: 'web', PropagateAtLaunch: true }],
    LifecycleHookSpecificationList: [
      {
        LifecycleHookName: 'evenkeel-admission',
        LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
        HeartbeatTimeout: 900,
        DefaultResult: 'ABANDON',
      },
      {
        LifecycleHookName: 'evenkeel-drain',
        LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
        HeartbeatTimeout: 600,
        DefaultResult: 'CONTINUE',
      },
    ],
  });
  await world.pass(3 * MINUTE);
  return {
    autoScaling,
    ec2,
    elb,
    templateId,
    image,
    vpcId,
    targetGroupArn,
    instances: async () => {
      const { AutoScalingGroups } = await autoScaling.describeAutoScalingGroups();
      return (AutoScalingGroups?.[0]?.Instances ?? []).map(({ InstanceId }) => InstanceId ?? '');
    },
    action: (hook, instance) => ({ token: '', group: 'web-group', hook, instance }),
  };
}

export async function createTargetGroup(
  elb: ElasticLoadBalancingV2,
  name: string,
  vpcId: string,
): Promise<string> {
  const { TargetGroups } = await elb.createTargetGroup({
    Name: name,
    Protocol: 'HTTP',
    Port: 80,
    VpcId: vpcId,
    TargetType: 'instance',
  });
  return TargetGroups?.[0]?.TargetGroupArn ?? '';
}
