import type { RDS, Tag } from '@aws-sdk/client-rds';
import type { Kernel, Operations } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import type { Events } from './events.ts';
import type { RdsParts } from './instance-operations.ts';
import { listed } from './listing.ts';

/** The tags of whatever has an ARN. */
export function tagOperations(parts: RdsParts) {
  return {
    AddTagsToResource: ({ ResourceName, Tags = [] }) => {
      const tagged = resource(parts, ResourceName ?? '');
      const kept = tagged.tags.filter(({ Key }) => !Tags.some((tag) => tag.Key === Key));
      tagged.tags = [...kept, ...Tags];
      return {};
    },
    RemoveTagsFromResource: ({ ResourceName, TagKeys = [] }) => {
      const tagged = resource(parts, ResourceName ?? '');
      tagged.tags = tagged.tags.filter(({ Key = '' }) => !TagKeys.includes(Key));
      return {};
    },
    ListTagsForResource: ({ ResourceName }) => ({ TagList: resource(parts, ResourceName ?? '').tags }),
  } satisfies Operations<RDS>;
}

/** @throws AwsError InvalidParameterValue for an ARN of no resource */
function resource(
  { databases, snapshots, subnetGroups, parameterGroups }: RdsParts,
  arn: string,
): { tags: Tag[] } {
  const [, kind, name = ''] = /^arn:aws:rds:[^:]*:[^:]*:(\w+):(.+)$/.exec(arn) ?? [];
  switch (kind) {
    case 'db':
      return databases.get(name);
    case 'snapshot':
      return snapshots.get(name);
    case 'subgrp':
      return subnetGroups.get(name);
    case 'pg':
      return parameterGroups.get(name);
    default:
      throw new AwsError('InvalidParameterValue', `Invalid resource name: ${arn}`);
  }
}

const MINUTE = 60_000;
const DEFAULT_DURATION = 60;

/** What happened, of the last hour unless told otherwise. */
export function eventOperations(events: Events, { clock }: Kernel) {
  return {
    DescribeEvents: (input) => {
      const duration = (input.Duration ?? DEFAULT_DURATION) * MINUTE;
      const to = input.EndTime?.getTime() ?? clock.now();
      const from = input.StartTime?.getTime() ?? to - duration;
      const found = events.between(from, to, input.SourceIdentifier, input.SourceType);
      const { items, marker } = listed(found, input);
      return { Events: items, ...marker };
    },
  } satisfies Operations<RDS>;
}
