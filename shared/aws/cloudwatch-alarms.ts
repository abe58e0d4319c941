import { CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import type { CompositeAlarm, MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { Alarms } from '../ports/index.ts';
import { CLIENT_OPTIONS } from './clients.ts';

type DescribedAlarm = Awaited<ReturnType<Alarms['withPrefix']>>[number];

/** CloudWatch's alarms. */
export function cloudWatchAlarms(client = new CloudWatchClient(CLIENT_OPTIONS)): Alarms {
  return {
    withPrefix: async (prefix) => {
      const alarms: DescribedAlarm[] = [];
      const input = {
        AlarmNamePrefix: prefix,
        AlarmTypes: ['MetricAlarm' as const, 'CompositeAlarm' as const],
      };
      for await (const page of paginateDescribeAlarms({ client }, input)) {
        alarms.push(...[...(page.MetricAlarms ?? []), ...(page.CompositeAlarms ?? [])].map(alarmOf));
      }
      return alarms;
    },
  };
}

function alarmOf(alarm: MetricAlarm | CompositeAlarm): DescribedAlarm {
  const changedAt = alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp;
  return {
    name: alarm.AlarmName ?? '',
    state: alarm.StateValue ?? 'INSUFFICIENT_DATA',
    changedAt: changedAt?.getTime() ?? 0,
  };
}
