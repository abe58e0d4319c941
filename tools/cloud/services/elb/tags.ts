import type { ElasticLoadBalancingV2, Tag } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError, type Operations } from '../../kernel/index.ts';

/** The tags of load balancers, target groups, listeners and rules, by ARN. */
export class Tags {
  readonly #byArn = new Map<string, Map<string, string>>();

  /** Begins to keep tags of a resource: only those that exist can be tagged. */
  begin(arn: string, tags: readonly Tag[] | undefined): void {
    const entries = (tags ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? ''] as const);
    if (new Set(entries.map(([key]) => key)).size < entries.length)
      throw new AwsError('DuplicateTagKeysException', 'A tag key was specified more than once');
    this.#byArn.set(arn, new Map(entries));
  }

  end(arn: string): void {
    this.#byArn.delete(arn);
  }

  of(arn: string): Map<string, string> {
    const tags = this.#byArn.get(arn);
    if (tags === undefined) throw notFound(arn);
    return tags;
  }
}

function notFound(arn: string): AwsError {
  if (arn.includes(':targetgroup/'))
    return new AwsError('TargetGroupNotFoundException', `Target groups '${arn}' not found`);
  if (arn.includes(':listener/'))
    return new AwsError('ListenerNotFoundException', `Listener '${arn}' not found`);
  if (arn.includes(':listener-rule/'))
    return new AwsError('RuleNotFoundException', `Rule '${arn}' not found`);
  return new AwsError('LoadBalancerNotFoundException', `Load balancers '[${arn}]' not found`);
}

export function tagOperations(tags: Tags) {
  return {
    AddTags: (input) => {
      const kept = (input.ResourceArns ?? []).map((arn) => tags.of(arn));
      for (const one of kept) for (const tag of input.Tags ?? []) one.set(tag.Key ?? '', tag.Value ?? '');
      return {};
    },
    RemoveTags: (input) => {
      const kept = (input.ResourceArns ?? []).map((arn) => tags.of(arn));
      for (const one of kept) for (const key of input.TagKeys ?? []) one.delete(key);
      return {};
    },
    DescribeTags: (input) => ({
      TagDescriptions: (input.ResourceArns ?? []).map((ResourceArn) => ({
        ResourceArn,
        Tags: [...tags.of(ResourceArn)].map(([Key, Value]) => ({ Key, Value })),
      })),
    }),
  } satisfies Operations<ElasticLoadBalancingV2>;
}
