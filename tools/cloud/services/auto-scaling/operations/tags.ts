import type { AutoScaling, Filter, TagDescription } from '@aws-sdk/client-auto-scaling';
import type { Operations } from '../../../kernel/index.ts';
import { page, validationError } from '../../../kernel/index.ts';
import type { Engine } from '../engine.ts';
import { describeTags, putTags } from '../tags.ts';
import { checkedSize } from './describe-groups.ts';

/** Tags of groups. Instances that already run keep theirs. */
export function tagOperations(engine: Engine) {
  return {
    CreateOrUpdateTags: ({ Tags = [] }) => {
      for (const tag of Tags) putTags(engine.groups.get(tag.ResourceId), [tag]);
      return {};
    },
    DeleteTags: ({ Tags = [] }) => {
      for (const { ResourceId, Key = '' } of Tags) engine.groups.get(ResourceId).tags.delete(Key);
      return {};
    },
    DescribeTags: ({ Filters = [], MaxRecords, NextToken }) => {
      const all = [...engine.groups.all()].flatMap(describeTags);
      const asked = all.filter((tag) => Filters.every((filter) => passes(tag, filter)));
      const { items, nextToken } = page(asked, NextToken, checkedSize(MaxRecords, 100));
      return { Tags: items, NextToken: nextToken };
    },
  } satisfies Operations<AutoScaling>;
}

function passes(tag: TagDescription, { Name = '', Values = [] }: Filter): boolean {
  const values: Readonly<Record<string, string | undefined>> = {
    'auto-scaling-group': tag.ResourceId,
    key: tag.Key,
    value: tag.Value,
    'propagate-at-launch': String(tag.PropagateAtLaunch),
  };
  const value = values[Name];
  if (value === undefined) throw validationError(`Filter type ${Name} is not correct.`);
  return Values.includes(value);
}
