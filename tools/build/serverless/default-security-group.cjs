'use strict';
const { EC2 } = require('@aws-sdk/client-ec2');
const { CloudFormation } = require('@aws-sdk/client-cloudformation');

/**
 * Closes the default security group of the stack's network after each deployment: EC2 makes it with the network, open
 * to all that is in it, and CloudFormation has no words for it. Nothing of ours uses it.
 */
class CloseDefaultSecurityGroup {
  constructor(serverless) {
    const provider = serverless.getProvider('aws');
    this.hooks = {
      'after:deploy:deploy': async () => {
        if (serverless.service.resources.Resources.Vpc === undefined) return;
        const config = await provider.getAwsSdkV3Config();
        const vpc = await physicalId(new CloudFormation(config), provider.naming.getStackName(), 'Vpc');
        await close(new EC2(config), vpc);
      },
    };
  }
}

async function physicalId(cloudFormation, StackName, LogicalResourceId) {
  const { StackResourceDetail } = await cloudFormation.describeStackResource({
    StackName,
    LogicalResourceId,
  });
  return StackResourceDetail.PhysicalResourceId;
}

async function close(ec2, vpc) {
  const { SecurityGroups } = await ec2.describeSecurityGroups({
    Filters: [
      { Name: 'vpc-id', Values: [vpc] },
      { Name: 'group-name', Values: ['default'] },
    ],
  });
  for (const { GroupId, IpPermissions, IpPermissionsEgress } of SecurityGroups) {
    if (IpPermissions.length > 0) await ec2.revokeSecurityGroupIngress({ GroupId, IpPermissions });
    if (IpPermissionsEgress.length > 0)
      await ec2.revokeSecurityGroupEgress({ GroupId, IpPermissions: IpPermissionsEgress });
  }
}

module.exports = CloseDefaultSecurityGroup;
