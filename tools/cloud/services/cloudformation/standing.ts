import type { CloudFormation } from '@aws-sdk/client-cloudformation';
import type { StandingOf } from '../../kernel/index.ts';

/** What comes of each operation that CloudFormation has here. */
export const standing = {
  CreateChangeSet: 'real',
  CreateStack: 'real',
  DeleteChangeSet: 'real',
  DeleteStack: 'real',
  DescribeChangeSet: 'real',
  DescribeStackEvents: 'real',
  DescribeStackResource: 'real',
  DescribeStackResources: 'real',
  DescribeStacks: 'real',
  ExecuteChangeSet: 'real',
  GetStackPolicy: 'record',
  GetTemplate: 'real',
  GetTemplateSummary: 'real',
  ListChangeSets: 'real',
  ListExports: 'real',
  ListImports: 'real',
  ListStackResources: 'real',
  ListStacks: 'real',
  SetStackPolicy: 'record',
  UpdateStack: 'real',
  UpdateTerminationProtection: 'real',
  ValidateTemplate: 'real',
} satisfies StandingOf<CloudFormation>;
