import type { CloudWatch } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { globalArn } from '../../kernel/index.ts';
import type { Need, NeedsOf, Scope } from './need.ts';
import { keys, named, same } from './need.ts';

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

interface Acting extends OfAlarm {
  readonly AlarmActions?: string[] | undefined;
  readonly OKActions?: string[] | undefined;
  readonly InsufficientDataActions?: string[] | undefined;
}

const acting = (input: Acting, scope: Scope): Need[] => {
  const actions = [input.AlarmActions, input.OKActions, input.InsufficientDataActions].flatMap(
    (list) => list ?? [],
  );
  const context = keys({ 'cloudwatch:alarmactions': actions.length > 0 ? actions : undefined });
  return [{ resource: alarm(scope, input.AlarmName ?? '*'), context }];
};

interface OfDashboards {
  readonly DashboardName?: string | undefined;
  readonly DashboardNames?: string[] | undefined;
}

/** Dashboards are in no region. */
const ofDashboards = ({ DashboardName, DashboardNames = [] }: OfDashboards, { account }: Scope) =>
  [DashboardName ?? [], DashboardNames]
    .flat()
    .map((name) => globalArn(account, 'cloudwatch', `dashboard/${name}`));

interface OfArn {
  readonly ResourceARN?: string | undefined;
}

const ofArn = ({ ResourceARN = '*' }: OfArn) => [ResourceARN];

const anywhere = () => ['*'];

export const cloudWatchNeeds: NeedsOf<CloudWatch> = {
  ...same(ofAlarm, 'DescribeAlarmHistory', 'SetAlarmState'),
  ...same(acting, 'PutCompositeAlarm', 'PutMetricAlarm'),
  ...same(ofAlarms, 'DeleteAlarms', 'DisableAlarmActions', 'EnableAlarmActions'),
  // Whatever is asked for, the action is allowed on all alarms or on none.
  DescribeAlarms: (_input, scope) => [alarm(scope, '*')],
  PutMetricData: ({ Namespace = '' }) => [
    { resource: '*', context: { 'cloudwatch:namespace': [Namespace] } },
  ],
  // Datasets are new resources of metrics that come by OpenTelemetry; plain metrics have none.
  ...same(anywhere, 'GetMetricData', 'ListMetrics'),
  ...same(ofDashboards, 'DeleteDashboards', 'GetDashboard', 'PutDashboard'),
  ...same(ofArn, 'ListTagsForResource', 'TagResource', 'UntagResource'),
};

interface OfLogGroup {
  readonly logGroupName?: string | undefined;
  readonly logGroupIdentifier?: string | undefined;
  readonly resourceIdentifier?: string | undefined;
  readonly logStreamName?: string | undefined;
}

/** Also actions on groups are asked for with the empty end of a stream's ARN, so that `log-group:name:*` fits. */
const ofLogGroup = (
  { logGroupName, logGroupIdentifier, resourceIdentifier, logStreamName = '' }: OfLogGroup,
  scope: Scope,
) => {
  const identifier = logGroupIdentifier ?? resourceIdentifier;
  const name = logGroupName ?? identifier?.replace(/^arn:.*:log-group:/, '') ?? '*';
  return [named(scope, 'logs', `log-group:${name}:log-stream:${logStreamName}`)];
};

/** Tags are on groups, whose ARN ends with the name. */
const ofLogGroupArn = ({ resourceArn = '*' }: { readonly resourceArn?: string | undefined }) => [resourceArn];

export const logsNeeds: NeedsOf<CloudWatchLogs> = {
  ...same(
    ofLogGroup,
    'AssociateKmsKey',
    'CreateLogGroup',
    'CreateLogStream',
    'DeleteLogGroup',
    'DeleteLogStream',
    'DeleteRetentionPolicy',
    'DescribeLogStreams',
    'FilterLogEvents',
    'GetLogEvents',
    'PutLogEvents',
    'PutRetentionPolicy',
  ),
  ...same(ofLogGroupArn, 'ListTagsForResource', 'TagResource', 'UntagResource'),
};
