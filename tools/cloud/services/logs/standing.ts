import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import type { StandingOf } from '../../kernel/index.ts';

/** What comes of each operation that CloudWatch Logs has here. */
export const standing = {
  AssociateKmsKey: 'record',
  CreateLogGroup: 'real',
  CreateLogStream: 'real',
  DeleteLogGroup: 'real',
  DeleteLogStream: 'real',
  DeleteRetentionPolicy: 'record',
  DescribeLogGroups: 'real',
  DescribeLogStreams: 'real',
  FilterLogEvents: 'real',
  GetLogEvents: 'real',
  ListTagsForResource: 'record',
  PutLogEvents: 'real',
  PutRetentionPolicy: 'record',
  TagResource: 'record',
  UntagResource: 'real',
} satisfies StandingOf<CloudWatchLogs>;
