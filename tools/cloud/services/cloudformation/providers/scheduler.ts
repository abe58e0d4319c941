import type { CreateScheduleCommandInput } from '@aws-sdk/client-scheduler';
import type { Tag } from '@aws-sdk/client-cloudformation';
import { arn } from '../../../kernel/index.ts';
import type { Made, ProviderContext } from './provider.ts';
import { deleted, mergedTags, provider } from './provider.ts';
import { retagScheduleGroup } from './tagging.ts';

type Schedule = Omit<CreateScheduleCommandInput, 'StartDate' | 'EndDate' | 'Name'> & {
  readonly Name?: string;
  /** ISO 8601, as templates hold instants. */
  readonly StartDate?: string;
  readonly EndDate?: string;
};

export const schedule = provider<Schedule>({
  properties: [
    'Name',
    'GroupName',
    'Description',
    'ScheduleExpression',
    'ScheduleExpressionTimezone',
    'StartDate',
    'EndDate',
    'State',
    'FlexibleTimeWindow',
    'KmsKeyArn',
    'Target',
  ],
  async create(wanted, context) {
    const name = wanted.Name ?? context.physicalName(64);
    await context.api.scheduler.CreateSchedule({ ...inputOf(wanted), Name: name });
    return made(name, wanted, context);
  },
  async update(name, wanted, _before, context) {
    await context.api.scheduler.UpdateSchedule({ ...inputOf(wanted), Name: name });
    return made(name, wanted, context);
  },
  async delete(name, { GroupName }, { api }) {
    await deleted(api.scheduler.DeleteSchedule({ Name: name, GroupName }));
  },
});

function inputOf({ StartDate: start, EndDate: end, ...wanted }: Schedule) {
  return {
    ...wanted,
    ...(start === undefined ? {} : { StartDate: new Date(start) }),
    ...(end === undefined ? {} : { EndDate: new Date(end) }),
  };
}

function made(name: string, { GroupName: group = 'default' }: Schedule, { account }: ProviderContext): Made {
  return { id: name, attributes: { Arn: arn(account, 'scheduler', `schedule/${group}/${name}`) } };
}

interface ScheduleGroup {
  readonly Name?: string;
  readonly Tags?: Tag[];
}

export const scheduleGroup = provider<ScheduleGroup>({
  properties: ['Name', 'Tags'],
  retag: retagScheduleGroup,
  async create(wanted, context) {
    const name = wanted.Name ?? context.physicalName(64);
    const created = await context.api.scheduler.CreateScheduleGroup({
      Name: name,
      Tags: mergedTags(wanted.Tags, context),
    });
    return { id: name, attributes: { Arn: created.ScheduleGroupArn, State: 'ACTIVE' } };
  },
  async delete(name, _wanted, { api }) {
    await deleted(api.scheduler.DeleteScheduleGroup({ Name: name }));
  },
});
