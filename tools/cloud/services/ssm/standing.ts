import type { SSM } from '@aws-sdk/client-ssm';
import type { StandingOf } from '../../kernel/index.ts';

/** What comes of each operation that SSM has here. */
export const standing = {
  AddTagsToResource: 'record',
  CancelCommand: 'real',
  DeleteParameter: 'real',
  DeleteParameters: 'real',
  DescribeInstanceInformation: 'real',
  DescribeParameters: 'real',
  GetCommandInvocation: 'real',
  GetParameter: 'real',
  GetParameterHistory: 'real',
  GetParameters: 'real',
  GetParametersByPath: 'real',
  LabelParameterVersion: 'real',
  ListCommandInvocations: 'real',
  ListCommands: 'real',
  ListTagsForResource: 'record',
  PutParameter: 'real',
  RemoveTagsFromResource: 'record',
  SendCommand: 'real',
} satisfies StandingOf<SSM>;
