import type { Rule, WAFV2 } from '@aws-sdk/client-wafv2';
import type { Need, NeedsOf, Scope } from './need.ts';
import { keys, named, same } from './need.ts';

interface OfAcl {
  readonly Name?: string | undefined;
  readonly Id?: string | undefined;
  readonly Scope?: string | undefined;
  readonly ARN?: string | undefined;
}

function acl(scope: Scope, { ARN, Name = '*', Id = '*', Scope: reach }: OfAcl): string {
  return (
    ARN ?? named(scope, 'wafv2', `${reach === 'CLOUDFRONT' ? 'global' : 'regional'}/webacl/${Name}/${Id}`)
  );
}

/** Rules that refer to managed groups of AWS's need nothing more; the cloud has no other groups or sets. */
const ofAcl = (input: OfAcl & { readonly Rules?: Rule[] | undefined }, scope: Scope) => [acl(scope, input)];

interface OfResource {
  readonly ResourceArn?: string | undefined;
  readonly WebACLArn?: string | undefined;
}

/** What is guarded is for its own service to be asked for as well (Service Authorization Reference, AWS WAF V2). */
const associating = ({ ResourceArn = '*', WebACLArn }: OfResource): Need[] => [
  ...(WebACLArn === undefined ? [] : [{ resource: WebACLArn }]),
  { resource: ResourceArn },
  { action: 'elasticloadbalancing:SetWebAcl', resource: '*' },
];

const ofLogging = ({ ResourceArn = '*' }: OfResource): Need[] => [
  { resource: ResourceArn, context: keys({ 'wafv2:logscope': 'CUSTOMER' }) },
];

interface OfTags {
  readonly ResourceARN?: string | undefined;
}

const ofTags = ({ ResourceARN = '*' }: OfTags) => [ResourceARN];

export const wafNeeds: NeedsOf<WAFV2> = {
  ...same(ofAcl, 'CreateWebACL', 'DeleteWebACL', 'GetWebACL', 'UpdateWebACL'),
  AssociateWebACL: associating,
  DisassociateWebACL: associating,
  GetWebACLForResource: ({ ResourceArn = '*' }, scope) => [acl(scope, {}), ResourceArn],
  ListResourcesForWebACL: ({ WebACLArn = '*' }) => [WebACLArn],
  PutLoggingConfiguration: ({ LoggingConfiguration: logging }) => [
    {
      resource: logging?.ResourceArn ?? '*',
      context: keys({
        'wafv2:logdestinationresource': logging?.LogDestinationConfigs,
        'wafv2:logscope': logging?.LogScope ?? 'CUSTOMER',
      }),
    },
  ],
  ...same(ofLogging, 'DeleteLoggingConfiguration', 'GetLoggingConfiguration'),
  ...same(() => ['*'], 'DescribeManagedRuleGroup', 'ListAvailableManagedRuleGroups', 'ListWebACLs'),
  ListLoggingConfigurations: ({ LogScope = 'CUSTOMER' }) => [
    { resource: '*', context: keys({ 'wafv2:logscope': LogScope }) },
  ],
  ...same(ofTags, 'ListTagsForResource', 'TagResource', 'UntagResource'),
};
