import type { Scheduler } from '@aws-sdk/client-scheduler';
import type { NeedsOf, Scope } from './need.ts';
import { named, passRole, same } from './need.ts';

interface OfSchedule {
  readonly Name?: string | undefined;
  readonly GroupName?: string | undefined;
}

const ofSchedule = ({ Name = '*', GroupName = 'default' }: OfSchedule, scope: Scope) => [
  named(scope, 'scheduler', `schedule/${GroupName}/${Name}`),
];

const ofGroup = ({ Name = '*' }: { readonly Name?: string | undefined }, scope: Scope) => [
  named(scope, 'scheduler', `schedule-group/${Name}`),
];

interface OfArn {
  readonly ResourceArn?: string | undefined;
}

const ofArn = ({ ResourceArn = '*' }: OfArn) => [ResourceArn];

interface Targeting extends OfSchedule {
  readonly Target?: { readonly RoleArn?: string | undefined } | undefined;
}

const targeting = (input: Targeting, scope: Scope) => [
  ...ofSchedule(input, scope),
  ...passRole(input.Target?.RoleArn, 'scheduler.amazonaws.com'),
];

export const schedulerNeeds: NeedsOf<Scheduler> = {
  ...same(targeting, 'CreateSchedule', 'UpdateSchedule'),
  ...same(ofSchedule, 'DeleteSchedule', 'GetSchedule'),
  ...same(ofGroup, 'CreateScheduleGroup', 'DeleteScheduleGroup', 'GetScheduleGroup'),
  ...same(ofArn, 'ListTagsForResource', 'TagResource', 'UntagResource'),
};
