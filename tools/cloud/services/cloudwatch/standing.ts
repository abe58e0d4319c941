import type { CloudWatch } from '@aws-sdk/client-cloudwatch';
import type { StandingOf } from '../../kernel/index.ts';

/** What comes of each operation that CloudWatch has here. */
export const standing = {
  DeleteAlarms: 'real',
  DeleteDashboards: 'record',
  DescribeAlarmHistory: 'real',
  DescribeAlarms: 'real',
  DescribeAlarmsForMetric: 'real',
  DisableAlarmActions: 'real',
  EnableAlarmActions: 'real',
  GetDashboard: 'record',
  GetMetricData: 'real',
  GetMetricStatistics: 'real',
  ListDashboards: 'record',
  ListMetrics: 'real',
  ListTagsForResource: 'record',
  PutCompositeAlarm: 'real',
  PutDashboard: 'record',
  PutMetricAlarm: 'real',
  PutMetricData: 'real',
  SetAlarmState: 'real',
  TagResource: 'record',
  UntagResource: 'real',
} satisfies StandingOf<CloudWatch>;
