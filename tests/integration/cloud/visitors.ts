import type { EC2 } from '@aws-sdk/client-ec2';

/** The VPC's default group, which its instances admit, and one that lets everyone in on port 80. */
export async function openToVisitors(ec2: EC2, vpcId: string): Promise<string[]> {
  const { SecurityGroups = [] } = await ec2.describeSecurityGroups({
    Filters: [{ Name: 'vpc-id', Values: [vpcId] }],
  });
  const before = SecurityGroups.find(({ GroupName }) => GroupName === 'visitors')?.GroupId;
  const inner = SecurityGroups.find(({ GroupName }) => GroupName === 'default')?.GroupId ?? '';
  if (before !== undefined) return [inner, before];
  const { GroupId = '' } = await ec2.createSecurityGroup({
    GroupName: 'visitors',
    Description: 'Visitors',
    VpcId: vpcId,
  });
  await ec2.authorizeSecurityGroupIngress({
    GroupId,
    IpPermissions: [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
  });
  return [inner, GroupId];
}
