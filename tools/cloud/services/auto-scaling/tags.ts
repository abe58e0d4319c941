import type { Tag } from '@aws-sdk/client-auto-scaling';
import type { TagDescription } from '@aws-sdk/client-auto-scaling';
import { validationError } from '../../kernel/index.ts';
import type { Group } from './model.ts';

/** @throws AwsError ValidationError for a reserved key */
export function putTags(group: Group, tags: readonly Tag[]): void {
  for (const { Key = '', Value = '', PropagateAtLaunch = false } of tags) {
    if (isReserved(Key)) throw validationError('Tag key starting with aws: is reserved.');
    group.tags.set(Key, { value: Value, propagateAtLaunch: PropagateAtLaunch });
  }
}

/** CloudFormation, which calls in the account's name, marks the groups of its stacks. */
function isReserved(key: string): boolean {
  return key.startsWith('aws:') && !key.startsWith('aws:cloudformation:');
}

export function describeTags(group: Group): TagDescription[] {
  return [...group.tags].map(([Key, { value, propagateAtLaunch }]) => ({
    ResourceId: group.name,
    ResourceType: 'auto-scaling-group',
    Key,
    Value: value,
    PropagateAtLaunch: propagateAtLaunch,
  }));
}
