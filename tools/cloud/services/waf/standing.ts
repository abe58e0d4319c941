import type { WAFV2 } from '@aws-sdk/client-wafv2';
import type { StandingOf } from '../../kernel/index.ts';

/**
 * What comes of each operation that AWS WAF has here. No request is looked at: rules, associations and logging are
 * checked as AWS checks them, kept, and told again.
 */
export const standing = {
  AssociateWebACL: 'record',
  CreateWebACL: 'record',
  DeleteLoggingConfiguration: 'record',
  DeleteWebACL: 'record',
  DescribeManagedRuleGroup: 'record',
  DisassociateWebACL: 'record',
  GetLoggingConfiguration: 'record',
  GetWebACL: 'record',
  GetWebACLForResource: 'record',
  ListAvailableManagedRuleGroups: 'record',
  ListLoggingConfigurations: 'record',
  ListResourcesForWebACL: 'record',
  ListTagsForResource: 'record',
  ListWebACLs: 'record',
  PutLoggingConfiguration: 'record',
  TagResource: 'record',
  UntagResource: 'record',
  UpdateWebACL: 'record',
} satisfies StandingOf<WAFV2>;
