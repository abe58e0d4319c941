import type { Scheduler } from '@aws-sdk/client-scheduler';
import type { StandingOf } from '../../kernel/index.ts';

/** What comes of each operation that EventBridge Scheduler has here. */
export const standing = {
  CreateSchedule: 'real',
  CreateScheduleGroup: 'real',
  DeleteSchedule: 'real',
  DeleteScheduleGroup: 'real',
  GetSchedule: 'real',
  GetScheduleGroup: 'real',
  ListScheduleGroups: 'real',
  ListSchedules: 'real',
  ListTagsForResource: 'record',
  TagResource: 'record',
  UntagResource: 'real',
  UpdateSchedule: 'real',
} satisfies StandingOf<Scheduler>;
