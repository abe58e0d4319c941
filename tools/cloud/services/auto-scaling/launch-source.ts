import type {
  AutoScalingGroup,
  InstancesDistribution,
  LaunchTemplateOverrides,
  LaunchTemplateSpecification,
} from '@aws-sdk/client-auto-scaling';
import { validationError } from '../../kernel/index.ts';
import type { TemplateSpec } from '../ec2/api.ts';
import type { Group, GroupInstance, LaunchedFrom } from './model.ts';
import type { Ec2Port } from './ports.ts';
import { refreshTarget } from './refresh/model.ts';

/** What instances are started from: a launch template, and with a mixed instances policy a choice of types. */
export interface LaunchSource {
  readonly template: LaunchTemplateSpecification;
  readonly overrides: readonly LaunchTemplateOverrides[];
  readonly distribution: InstancesDistribution | undefined;
}

type Configured = Pick<AutoScalingGroup, 'LaunchTemplate' | 'MixedInstancesPolicy'>;

/** @throws AwsError ValidationError where neither a template nor a policy with one is named */
export function sourceOf(configured: Configured): LaunchSource {
  const mixed = configured.MixedInstancesPolicy;
  const template = configured.LaunchTemplate ?? mixed?.LaunchTemplate?.LaunchTemplateSpecification;
  if (template === undefined) {
    throw validationError(
      'Valid requests must contain either launchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter.',
    );
  }
  return {
    template,
    overrides: mixed?.LaunchTemplate?.Overrides ?? [],
    distribution: mixed?.InstancesDistribution,
  };
}

/** What the group's next instance starts from: the desired configuration of a refresh, else the group's own. */
export function nextSource(group: Group): LaunchSource {
  return sourceOf(refreshTarget(group) ?? group.settings);
}

export function templateSpec(template: LaunchTemplateSpecification): TemplateSpec {
  return { id: template.LaunchTemplateId, name: template.LaunchTemplateName, version: template.Version };
}

/** The very version that a source stands for now. @throws AwsError as EC2 does for an unknown one */
export function resolve(ec2: Ec2Port, source: LaunchSource): LaunchedFrom {
  const found = ec2.resolveTemplate(templateSpec(source.template));
  return { id: found.launchTemplateId, name: found.launchTemplateName, version: found.versionNumber };
}

/** Whether an instance already is what a source would start. */
export function matches(instance: GroupInstance, source: LaunchSource, resolved: LaunchedFrom): boolean {
  const { template } = instance;
  const isSameTemplate = template?.id === resolved.id && template.version === resolved.version;
  const types = source.overrides.flatMap(({ InstanceType }) => InstanceType ?? []);
  return isSameTemplate && (types.length === 0 || types.includes(instance.instanceType));
}
