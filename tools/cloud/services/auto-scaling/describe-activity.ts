import type { Activity as ApiActivity } from '@aws-sdk/client-auto-scaling';
import type { Activity } from './activities.ts';

export function describeActivity(activity: Activity): ApiActivity {
  return {
    ActivityId: activity.id,
    AutoScalingGroupName: activity.groupName,
    AutoScalingGroupARN: activity.groupArn,
    AutoScalingGroupState: activity.groupState,
    Description: activity.description,
    Cause: activity.cause,
    StartTime: new Date(activity.startedAt),
    EndTime: activity.endedAt === undefined ? undefined : new Date(activity.endedAt),
    StatusCode: activity.status,
    StatusMessage: activity.statusMessage,
    Progress: activity.progress,
    Details: JSON.stringify(activity.details),
  };
}
