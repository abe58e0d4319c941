import type { Scheduler, Tag } from '@aws-sdk/client-scheduler';
import type { Operations } from '../../../kernel/index.ts';
import { page } from '../../../kernel/index.ts';
import type { ScheduleGroup, ScheduleGroups } from '../groups.ts';
import type { Schedules } from '../schedules.ts';

/** Schedule groups and their tags. */
export function groupOperations(groups: ScheduleGroups, schedules: Schedules) {
  return {
    CreateScheduleGroup: (input) => ({
      ScheduleGroupArn: groups.create(input.Name ?? '', tagMap(input.Tags ?? [])).arn,
    }),
    GetScheduleGroup: (input) => describe(groups.get(input.Name)),
    DeleteScheduleGroup: (input) => {
      const group = groups.get(input.Name);
      groups.delete(group);
      for (const schedule of schedules.all()) if (schedule.group === group.name) schedules.delete(schedule);
      return {};
    },
    ListScheduleGroups: (input) => {
      const wanted = groups.all().filter(({ name }) => name.startsWith(input.NamePrefix ?? ''));
      const { items, nextToken } = page(
        wanted,
        input.NextToken,
        input.MaxResults ?? 100,
        'ValidationException',
      );
      return { ScheduleGroups: items.map(describe), ...(nextToken && { NextToken: nextToken }) };
    },
    TagResource: (input) => {
      const { tags } = groups.byArn(input.ResourceArn);
      for (const [key, value] of tagMap(input.Tags ?? [])) tags.set(key, value);
      return {};
    },
    UntagResource: (input) => {
      const { tags } = groups.byArn(input.ResourceArn);
      for (const key of input.TagKeys ?? []) tags.delete(key);
      return {};
    },
    ListTagsForResource: (input) => ({
      Tags: [...groups.byArn(input.ResourceArn).tags].map(([Key, Value]) => ({ Key, Value })),
    }),
  } satisfies Operations<Scheduler>;
}

function tagMap(tags: readonly Tag[]): Map<string, string> {
  return new Map(tags.map(({ Key, Value }) => [Key ?? '', Value ?? '']));
}

function describe({ name, arn, createdAt }: ScheduleGroup) {
  const at = new Date(createdAt);
  return { Name: name, Arn: arn, State: 'ACTIVE' as const, CreationDate: at, LastModificationDate: at };
}
