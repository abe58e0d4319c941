import type { DescribeTagsRequest, EC2 } from '@aws-sdk/client-ec2';
import { AwsError, page, type Operations } from '../../kernel/index.ts';
import { passes } from './filters.ts';
import { tagEntries, type Tags } from './tags.ts';

/** Throws the resource's own not-found error. */
export type RequireResource = (id: string) => void;

export function tagOperations(tags: Tags, requireResource: RequireResource) {
  return {
    CreateTags: (input) => {
      const entries = tagEntries(input.Tags);
      rejectReservedTags(entries);
      input.Resources?.forEach(requireResource);
      for (const id of input.Resources ?? []) tags.set(id, entries);
      return {};
    },
    DeleteTags: (input) => {
      for (const id of input.Resources ?? []) {
        // Without any tags named, all but AWS's own go.
        const named = input.Tags?.map((tag) => tag.Key ?? '') ?? [...tags.of(id).keys()];
        tags.remove(
          id,
          named.filter((key) => !isReserved(key)),
        );
      }
      return {};
    },
    DescribeTags: (input) => describeTags(tags, input),
  } satisfies Operations<EC2>;
}

/** @throws AwsError InvalidParameterValue for keys that only AWS's services set */
export function rejectReservedTags(entries: readonly (readonly [string, string])[]): void {
  const reserved = entries.find(([key]) => isReserved(key));
  if (reserved !== undefined)
    throw new AwsError(
      'InvalidParameterValue',
      `Tag keys starting with 'aws:' are reserved for internal use: ${reserved[0]}`,
    );
}

function isReserved(key: string): boolean {
  return key.toLowerCase().startsWith('aws:');
}

const TAGS_A_PAGE = 1000;

function describeTags(tags: Tags, input: DescribeTagsRequest) {
  const passing = [...tags.descriptions()].filter((tag) =>
    passes(tag, new Map([[tag.Key, tag.Value]]), input.Filters, {
      key: (one) => one.Key,
      value: (one) => one.Value,
      'resource-id': (one) => one.ResourceId,
      'resource-type': (one) => one.ResourceType,
    }),
  );
  const { items, nextToken } = page(passing, input.NextToken, input.MaxResults ?? TAGS_A_PAGE);
  return { Tags: items, ...(nextToken === undefined ? {} : { NextToken: nextToken }) };
}
