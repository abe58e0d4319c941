import type { PutCompositeAlarmCommandInput, PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch';
import type { Tag } from '@aws-sdk/client-cloudformation';
import { arn } from '../../../kernel/index.ts';
import type { ProviderContext } from './provider.ts';
import { deleted, mergedTags, provider } from './provider.ts';
import { retagAlarm } from './tagging.ts';

type Alarm = Omit<PutMetricAlarmCommandInput, 'AlarmName' | 'Tags'> & {
  readonly AlarmName?: string;
  readonly Tags?: Tag[];
};

export const alarm = provider<Alarm>({
  properties: [
    'AlarmName',
    'AlarmDescription',
    'ActionsEnabled',
    'OKActions',
    'AlarmActions',
    'InsufficientDataActions',
    'MetricName',
    'Namespace',
    'Statistic',
    'ExtendedStatistic',
    'Dimensions',
    'Period',
    'Unit',
    'EvaluationPeriods',
    'DatapointsToAlarm',
    'Threshold',
    'ComparisonOperator',
    'TreatMissingData',
    'EvaluateLowSampleCountPercentile',
    'Metrics',
    'ThresholdMetricId',
    'Tags',
  ],
  retag: retagAlarm,
  async create(wanted, context) {
    const name = wanted.AlarmName ?? context.physicalName(255);
    const Tags = mergedTags(wanted.Tags, context);
    await context.api.cloudWatch.PutMetricAlarm({ ...wanted, AlarmName: name, Tags });
    return made(name, context);
  },
  async update(name, { Tags: _tags, ...wanted }, _before, context) {
    await context.api.cloudWatch.PutMetricAlarm({ ...wanted, AlarmName: name });
    return made(name, context);
  },
  async delete(name, _wanted, { api }) {
    await deleted(api.cloudWatch.DeleteAlarms({ AlarmNames: [name] }));
  },
});

type CompositeAlarm = Omit<PutCompositeAlarmCommandInput, 'AlarmName' | 'Tags'> & {
  readonly AlarmName?: string;
  readonly Tags?: Tag[];
};

export const compositeAlarm = provider<CompositeAlarm>({
  properties: [
    'AlarmName',
    'AlarmDescription',
    'AlarmRule',
    'ActionsEnabled',
    'OKActions',
    'AlarmActions',
    'InsufficientDataActions',
    'ActionsSuppressor',
    'ActionsSuppressorWaitPeriod',
    'ActionsSuppressorExtensionPeriod',
    'Tags',
  ],
  retag: retagAlarm,
  async create(wanted, context) {
    const name = wanted.AlarmName ?? context.physicalName(255);
    const Tags = mergedTags(wanted.Tags, context);
    await context.api.cloudWatch.PutCompositeAlarm({ ...wanted, AlarmName: name, Tags });
    return made(name, context);
  },
  async update(name, { Tags: _tags, ...wanted }, _before, context) {
    await context.api.cloudWatch.PutCompositeAlarm({ ...wanted, AlarmName: name });
    return made(name, context);
  },
  async delete(name, _wanted, { api }) {
    await deleted(api.cloudWatch.DeleteAlarms({ AlarmNames: [name] }));
  },
});

function made(name: string, { account }: ProviderContext) {
  return { id: name, attributes: { Arn: arn(account, 'cloudwatch', `alarm:${name}`) } };
}

interface Dashboard {
  readonly DashboardName?: string;
  readonly DashboardBody: string;
}

export const dashboard = provider<Dashboard>({
  properties: ['DashboardName', 'DashboardBody'],
  async create(wanted, context) {
    const name = wanted.DashboardName ?? context.physicalName(255);
    const { DashboardBody } = wanted;
    await context.api.cloudWatch.PutDashboard({ DashboardName: name, DashboardBody });
    return { id: name };
  },
  async update(name, { DashboardBody }, _before, { api }) {
    await api.cloudWatch.PutDashboard({ DashboardName: name, DashboardBody });
    return { id: name };
  },
  async delete(name, _wanted, { api }) {
    await deleted(api.cloudWatch.DeleteDashboards({ DashboardNames: [name] }));
  },
});
