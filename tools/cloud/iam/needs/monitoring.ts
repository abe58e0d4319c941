import type { CloudWatch } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import type { NeedsOf, Scope } from './need.ts';
import { named, same } from './need.ts';

const alarm = (scope: Scope, name: string) => named(scope, 'cloudwatch', `alarm:${name}`);

interface OfAlarm {
  readonly AlarmName?: string | undefined;
}

const ofAlarm = ({ AlarmName = '*' }: OfAlarm, scope: Scope) => [alarm(scope, AlarmName)];

interface OfAlarms {
  readonly AlarmNames?: string[] | undefined;
}

const ofAlarms = ({ AlarmNames = ['*'] }: OfAlarms, scope: Scope) =>
  AlarmNames.map((name) => alarm(scope, name));

const anywhere = () => ['*'];

export const cloudWatchNeeds: NeedsOf<CloudWatch> = {
  ...same(ofAlarm, 'DescribeAlarmHistory', 'PutCompositeAlarm', 'PutMetricAlarm', 'SetAlarmState'),
  ...same(ofAlarms, 'DeleteAlarms', 'DisableAlarmActions', 'EnableAlarmActions'),
  // Whatever is asked for, the action is allowed on all alarms or on none.
  DescribeAlarms: (_input, scope) => [alarm(scope, '*')],
  PutMetricData: ({ Namespace = '' }) => [
    { resource: '*', context: { 'cloudwatch:namespace': [Namespace] } },
  ],
  // Datasets are new resources of metrics that come by OpenTelemetry; plain metrics have none.
  ...same(anywhere, 'GetMetricData', 'ListMetrics'),
};

interface OfLogGroup {
  readonly logGroupName?: string | undefined;
  readonly logGroupIdentifier?: string | undefined;
  readonly logStreamName?: string | undefined;
}

/** Also actions on groups are asked for with the empty end of a stream's ARN, so that `log-group:name:*` fits. */
const ofLogGroup = ({ logGroupName, logGroupIdentifier, logStreamName = '' }: OfLogGroup, scope: Scope) => {
  const name = logGroupName ?? logGroupIdentifier?.replace(/^arn:.*:log-group:/, '') ?? '*';
  return [named(scope, 'logs', `log-group:${name}:log-stream:${logStreamName}`)];
};

export const logsNeeds: NeedsOf<CloudWatchLogs> = {
  ...same(
    ofLogGroup,
    'CreateLogGroup',
    'CreateLogStream',
    'DeleteLogGroup',
    'DeleteLogStream',
    'DescribeLogStreams',
    'FilterLogEvents',
    'GetLogEvents',
    'PutLogEvents',
    'PutRetentionPolicy',
  ),
};
