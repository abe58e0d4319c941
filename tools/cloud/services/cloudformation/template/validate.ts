import { AwsError, validationError } from '../../../kernel/index.ts';
import { resourceModel } from '../schema/index.ts';
import { dependsOn, referencesIn } from './dependencies.ts';
import type { ResourceDeclaration, Template } from './template.ts';

const PSEUDO_PARAMETERS = new Set([
  'AWS::AccountId',
  'AWS::NoValue',
  'AWS::NotificationARNs',
  'AWS::Partition',
  'AWS::Region',
  'AWS::StackId',
  'AWS::StackName',
  'AWS::URLSuffix',
]);

/**
 * Checks what can be known of a template without making anything: resource types, references and attributes.
 *
 * @param condition  decides Fn::If and the conditions of resources
 * @throws AwsError ValidationError
 */
export function validateTemplate(template: Template, condition: (name: string) => boolean): void {
  checkTypes(template);
  for (const [name, resource] of Object.entries(template.Resources)) {
    if (resource.Condition !== undefined && !condition(resource.Condition)) continue;
    checkDeletionPolicies(name, resource);
    checkReferences(template, resource.Properties, `Resources block of the template`, condition);
    const unknown = dependsOn(resource).filter((other) => !(other in template.Resources));
    if (unknown.length > 0)
      throw unresolved(unknown, `Resources block of the template (DependsOn of ${name})`);
  }
  for (const output of Object.values(template.Outputs ?? {})) {
    if (output.Condition !== undefined && !condition(output.Condition)) continue;
    checkReferences(template, [output.Value, output.Export], 'Outputs block of the template', condition);
  }
}

function checkTypes(template: Template): void {
  const unknown = Object.values(template.Resources)
    .map((resource) => resource.Type)
    .filter((type) => resourceModel(type) === undefined);
  if (unknown.length === 0) return;
  throw validationError(
    `Template format error: Unrecognized resource types: [${[...new Set(unknown)].join(', ')}]`,
  );
}

/** The types of this cloud of which CloudFormation takes snapshots. */
const SNAPSHOTS: ReadonlySet<string> = new Set(['AWS::RDS::DBInstance']);

function checkDeletionPolicies(name: string, resource: ResourceDeclaration): void {
  for (const attribute of ['DeletionPolicy', 'UpdateReplacePolicy'] as const) {
    const policy = resource[attribute] ?? 'Delete';
    if (['Delete', 'Retain', 'RetainExceptOnCreate'].includes(policy)) continue;
    if (policy !== 'Snapshot') {
      throw validationError(`${attribute} ${policy} of ${name} is not part of this local cloud`);
    }
    if (SNAPSHOTS.has(resource.Type)) continue;
    throw validationError(
      `Template error: resource type ${resource.Type} does not support deletion policy Snapshot`,
    );
  }
}

function checkReferences(
  template: Template,
  value: unknown,
  block: string,
  condition: (name: string) => boolean,
): void {
  for (const { name, attribute } of referencesIn(value, condition)) {
    const resource = template.Resources[name];
    if (resource === undefined) {
      const isValue = name in (template.Parameters ?? {}) || PSEUDO_PARAMETERS.has(name);
      if (!isValue || attribute !== undefined) throw unresolved([name], block);
    } else if (attribute !== undefined && !resourceModel(resource.Type)?.attributes.includes(attribute)) {
      throw validationError(
        `Template error: resource ${name} does not support attribute type ${attribute} in Fn::GetAtt`,
      );
    }
  }
}

function unresolved(names: readonly string[], block: string): Error {
  return validationError(
    `Template format error: Unresolved resource dependencies [${names.join(', ')}] in the ${block}`,
  );
}

/**
 * Making IAM resources has to be acknowledged by the caller.
 *
 * @throws AwsError InsufficientCapabilitiesException
 */
export function checkCapabilities(template: Template, given: readonly string[]): void {
  const iam = Object.values(template.Resources).filter((resource) => resource.Type.startsWith('AWS::IAM::'));
  if (iam.length === 0) return;
  const names = ['RoleName', 'ManagedPolicyName', 'InstanceProfileName', 'UserName', 'GroupName'];
  const isNamed = iam.some((resource) => names.some((name) => name in (resource.Properties ?? {})));
  const needed = isNamed ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM';
  const sufficient = isNamed ? ['CAPABILITY_NAMED_IAM'] : ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'];
  if (given.some((capability) => sufficient.includes(capability))) return;
  throw new AwsError('InsufficientCapabilitiesException', `Requires capabilities : [${needed}]`);
}
