import type { Scheduler } from '@aws-sdk/client-scheduler';
import type { AssumeRole, Courier } from '../../delivery/index.ts';
import type { Kernel, Operations } from '../../kernel/index.ts';
import { ScheduleGroups } from './groups.ts';
import { invocationOf } from './invocation.ts';
import { groupOperations } from './operations/groups.ts';
import { scheduleOperations } from './operations/schedules.ts';
import { Schedules } from './schedules.ts';
import { standing } from './standing.ts';

export type SchedulerService = ReturnType<typeof createScheduler>;

/** Amazon EventBridge Scheduler: schedules in any time zone, which act as their role. */
export function createScheduler(kernel: Kernel, on: { courier: Courier; assumeRole: AssumeRole }) {
  const groups = new ScheduleGroups(kernel);
  const schedules = new Schedules(kernel, (schedule, scheduledTime) =>
    on.courier.send(invocationOf(kernel, schedule, scheduledTime)),
  );
  return {
    client: '@aws-sdk/client-scheduler',
    standing,
    operations: {
      ...scheduleOperations(kernel, groups, schedules, on.assumeRole),
      ...groupOperations(groups, schedules),
    } satisfies Operations<Scheduler>,
  };
}
