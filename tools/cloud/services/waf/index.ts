import type { LoggingConfiguration, Tag, WAFV2 } from '@aws-sdk/client-wafv2';
import type { Kernel, Operations } from '../../kernel/index.ts';
import { page } from '../../kernel/index.ts';
import { MANAGED_GROUPS } from './capacity.ts';
import { invalid, nonexistent } from './errors.ts';
import { standing } from './standing.ts';
import type { Guarded } from './web-acls.ts';
import { shown, summaryOf, WebAcls } from './web-acls.ts';

export type WafService = ReturnType<typeof createWaf>;

/** AWS WAF of one region: web ACLs of managed rule groups and own rules, whom they guard, and where they log. */
export function createWaf(kernel: Kernel, on: { readonly exists: Guarded }) {
  const acls = new WebAcls(kernel, on.exists);
  return {
    client: '@aws-sdk/client-wafv2' as const,
    standing,
    operations: {
      ...aclOperations(acls, kernel),
      ...associationOperations(acls, kernel),
      ...loggingOperations(acls),
      ...managedGroupOperations(),
      ...tagOperations(acls),
    } satisfies Operations<WAFV2>,
  };
}

function aclOperations(acls: WebAcls, kernel: Kernel) {
  return {
    CreateWebACL: (input) => ({ Summary: summaryOf(acls.create(input)) }),
    GetWebACL: ({ ARN, ...input }) => {
      const acl = ARN === undefined ? acls.get(input) : acls.byArn(ARN);
      return { WebACL: shown(kernel, acl), LockToken: acl.lockToken };
    },
    UpdateWebACL: ({ Name, Scope, Id, LockToken, ...settings }) => {
      const acl = acls.get({ Name, Scope, Id });
      acls.update(acl, LockToken, settings);
      return { NextLockToken: acl.lockToken };
    },
    DeleteWebACL: ({ LockToken, ...input }) => {
      acls.delete(acls.get(input), LockToken);
      return {};
    },
    ListWebACLs: ({ NextMarker, Limit = 100 }) => {
      const { items, nextToken } = page(acls.all(), NextMarker, Limit, 'WAFInvalidParameterException');
      return {
        WebACLs: items.map(summaryOf),
        ...(nextToken === undefined ? {} : { NextMarker: nextToken }),
      };
    },
  } satisfies Operations<WAFV2>;
}

function associationOperations(acls: WebAcls, kernel: Kernel) {
  return {
    AssociateWebACL: ({ WebACLArn, ResourceArn = '' }) => {
      acls.associate(acls.byArn(WebACLArn), ResourceArn);
      return {};
    },
    DisassociateWebACL: ({ ResourceArn = '' }) => {
      acls.disassociate(ResourceArn);
      return {};
    },
    GetWebACLForResource: ({ ResourceArn = '' }) => {
      const acl = acls.of(ResourceArn);
      return acl === undefined ? {} : { WebACL: shown(kernel, acl) };
    },
    ListResourcesForWebACL: ({ WebACLArn, ResourceType = 'APPLICATION_LOAD_BALANCER' }) => {
      const guarded = acls.guardedBy(acls.byArn(WebACLArn));
      return { ResourceArns: ResourceType === 'APPLICATION_LOAD_BALANCER' ? guarded : [] };
    },
  } satisfies Operations<WAFV2>;
}

function loggingOperations(acls: WebAcls) {
  return {
    PutLoggingConfiguration: ({ LoggingConfiguration: wanted }) => {
      const acl = acls.byArn(wanted?.ResourceArn);
      checkDestinations(wanted?.LogDestinationConfigs ?? []);
      acl.logging = wanted;
      return { LoggingConfiguration: wanted };
    },
    GetLoggingConfiguration: ({ ResourceArn }) => {
      const { logging } = acls.byArn(ResourceArn);
      if (logging === undefined) throw nonexistent();
      return { LoggingConfiguration: logging };
    },
    ListLoggingConfigurations: () => ({
      LoggingConfigurations: acls
        .all()
        .flatMap(({ logging }): LoggingConfiguration[] => (logging === undefined ? [] : [logging])),
    }),
    DeleteLoggingConfiguration: ({ ResourceArn }) => {
      const acl = acls.byArn(ResourceArn);
      if (acl.logging === undefined) throw nonexistent();
      acl.logging = undefined;
      return {};
    },
  } satisfies Operations<WAFV2>;
}

const DESTINATION =
  /^arn:aws:(logs:[^:]*:\d+:log-group:|s3:::|firehose:[^:]*:\d+:deliverystream\/)aws-waf-logs-/;

/** @throws AwsError WAFInvalidParameterException unless there is one, whose name begins as AWS WAF wants it */
function checkDestinations(destinations: readonly string[]): void {
  const [only = '', ...others] = destinations;
  if (others.length === 0 && DESTINATION.test(only)) return;
  throw invalid(
    'LOG_DESTINATION',
    `The ARN isn't valid. A log destination is one log group, bucket or delivery stream with a name that begins with aws-waf-logs-: ${destinations.join(', ')}`,
  );
}

function managedGroupOperations() {
  return {
    ListAvailableManagedRuleGroups: () => ({
      ManagedRuleGroups: [...MANAGED_GROUPS.keys()].map((Name) => ({
        VendorName: 'AWS',
        Name,
        VersioningSupported: !/IpReputation|AnonymousIp/.test(Name),
      })),
    }),
    /** Capacity and namespace; of the rules inside, the cloud knows nothing. */
    DescribeManagedRuleGroup: ({ VendorName = '', Name = '' }) => {
      const capacity = VendorName === 'AWS' ? MANAGED_GROUPS.get(Name) : undefined;
      if (capacity === undefined) throw nonexistent();
      const name = Name.replace(/^AWSManagedRules/, '').toLowerCase();
      return { Capacity: capacity, LabelNamespace: `awswaf:managed:aws:${name}:` };
    },
  } satisfies Operations<WAFV2>;
}

function tagOperations(acls: WebAcls) {
  return {
    TagResource: ({ ResourceARN, Tags = [] }) => {
      const acl = acls.byArn(ResourceARN);
      const kept = acl.tags.filter(({ Key }) => !Tags.some((tag: Tag) => tag.Key === Key));
      acl.tags = [...kept, ...Tags];
      return {};
    },
    UntagResource: ({ ResourceARN, TagKeys = [] }) => {
      const acl = acls.byArn(ResourceARN);
      acl.tags = acl.tags.filter(({ Key = '' }) => !TagKeys.includes(Key));
      return {};
    },
    ListTagsForResource: ({ ResourceARN = '' }) => ({
      TagInfoForResource: { ResourceARN, TagList: acls.byArn(ResourceARN).tags },
    }),
  } satisfies Operations<WAFV2>;
}
