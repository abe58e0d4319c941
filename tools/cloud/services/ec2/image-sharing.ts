import type { LaunchPermission, ModifyImageAttributeRequest } from '@aws-sdk/client-ec2';
import { AwsError } from '../../kernel/index.ts';
import { invalidParameterValue } from './errors.ts';
import type { ImageRecord } from './images.ts';

/**
 * Who may launch an image after a change; the change may be told in either of the API's two ways.
 *
 * @throws AwsError OperationNotPermitted for an image that is disabled, InvalidAMIAttributeItemValue for no account
 */
export function changedPermissions(
  image: ImageRecord,
  input: ModifyImageAttributeRequest,
): LaunchPermission[] {
  const { add, remove } = changesOf(input);
  const before = image.launchPermissions ?? [];
  if (add.length === 0 && remove.length === 0) return before;
  if (image.State === 'disabled')
    throw new AwsError(
      'OperationNotPermitted',
      `The image '${image.ImageId}' is disabled and cannot be shared.`,
    );
  for (const { UserId } of add) requireAccount(UserId);
  const removed = new Set(remove.map(keyOf));
  const kept = before.filter((one) => !removed.has(keyOf(one)));
  const known = new Set(kept.map(keyOf));
  return [...kept, ...add.filter((one) => !removed.has(keyOf(one)) && !known.has(keyOf(one)))];
}

export function isPublic(permissions: readonly LaunchPermission[]): boolean {
  return permissions.some(({ Group }) => Group === 'all');
}

function changesOf(input: ModifyImageAttributeRequest) {
  const { LaunchPermission: structured, OperationType: operation } = input;
  const listed: LaunchPermission[] = [
    ...(input.UserIds ?? []).map((UserId) => ({ UserId })),
    ...(input.UserGroups ?? []).map((Group) => ({ Group: Group === 'all' ? ('all' as const) : undefined })),
    ...(input.OrganizationArns ?? []).map((OrganizationArn) => ({ OrganizationArn })),
    ...(input.OrganizationalUnitArns ?? []).map((OrganizationalUnitArn) => ({ OrganizationalUnitArn })),
  ];
  if (listed.length > 0 && operation === undefined)
    throw invalidParameterValue('OperationType must be add or remove with UserIds or UserGroups.');
  return {
    add: [...(structured?.Add ?? []), ...(operation === 'add' ? listed : [])],
    remove: [...(structured?.Remove ?? []), ...(operation === 'remove' ? listed : [])],
  };
}

function requireAccount(id: string | undefined): void {
  if (id === undefined || /^\d{12}$/.test(id)) return;
  throw new AwsError(
    'InvalidAMIAttributeItemValue',
    `Invalid attribute item value "${id}" for userId item type.`,
  );
}

function keyOf({ UserId, Group, OrganizationArn, OrganizationalUnitArn }: LaunchPermission): string {
  return UserId ?? Group ?? OrganizationArn ?? OrganizationalUnitArn ?? '';
}
