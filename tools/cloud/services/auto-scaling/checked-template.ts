import type { LaunchTemplateSpecification } from '@aws-sdk/client-auto-scaling';
import { AwsError, validationError } from '../../kernel/index.ts';
import { templateSpec } from './launch-source.ts';
import type { Ec2Port } from './ports.ts';

/** Fills in both id and name, as DescribeAutoScalingGroups shows them. @throws AwsError ValidationError */
export function checkedTemplate(
  specification: LaunchTemplateSpecification,
  ec2: Ec2Port,
): LaunchTemplateSpecification {
  const found = inWordsOfAutoScaling(() => ec2.resolveTemplate(templateSpec(specification)));
  return {
    LaunchTemplateId: found.launchTemplateId,
    LaunchTemplateName: found.launchTemplateName,
    Version: specification.Version ?? '$Default',
  };
}

/** EC2's refusal of a template as Auto Scaling's. @throws AwsError ValidationError */
export function inWordsOfAutoScaling<T>(lookUp: () => T): T {
  try {
    return lookUp();
  } catch (error) {
    if (error instanceof AwsError)
      throw validationError(`You must use a valid fully-formed launch template. ${error.message}`);
    throw error;
  }
}
