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

/** The launch template of one of a source's types: most have the source's own. */
export function templateOf(
  source: LaunchSource,
  { LaunchTemplateSpecification }: LaunchTemplateOverrides,
): LaunchTemplateSpecification {
  return LaunchTemplateSpecification ?? source.template;
}

/** Every launch template that a source may launch from. */
export function templatesOf(source: LaunchSource): LaunchTemplateSpecification[] {
  return [source.template, ...source.overrides.flatMap((one) => one.LaunchTemplateSpecification ?? [])];
}

/** The very version that a launch template stands for now. @throws AwsError as EC2 does for an unknown one */
export function resolve(ec2: Ec2Port, template: LaunchTemplateSpecification): LaunchedFrom {
  const found = ec2.resolveTemplate(templateSpec(template));
  return { id: found.launchTemplateId, name: found.launchTemplateName, version: found.versionNumber };
}

/** Whether an instance already is what a source would start. @throws AwsError as EC2 does for an unknown template */
export function matches(ec2: Ec2Port, instance: GroupInstance, source: LaunchSource): boolean {
  const override = source.overrides.find(({ InstanceType }) => InstanceType === instance.instanceType);
  if (override === undefined && source.overrides.length > 0) return false;
  const resolved = resolve(ec2, templateOf(source, override ?? {}));
  return instance.template?.id === resolved.id && instance.template.version === resolved.version;
}
