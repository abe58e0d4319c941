import type { AutoScaling } from '@aws-sdk/client-auto-scaling';
import type { Operations } from '../../../kernel/index.ts';
import { page, validationError } from '../../../kernel/index.ts';
import type { Engine } from '../engine.ts';
import { QUOTAS, requireWithin } from '../limits.ts';
import { sendTestNotification } from '../notices.ts';
import { checkedSize } from './describe-groups.ts';

const TYPES: readonly string[] = [
  'autoscaling:EC2_INSTANCE_LAUNCH',
  'autoscaling:EC2_INSTANCE_LAUNCH_ERROR',
  'autoscaling:EC2_INSTANCE_TERMINATE',
  'autoscaling:EC2_INSTANCE_TERMINATE_ERROR',
  'autoscaling:TEST_NOTIFICATION',
];

/** Topics that are told of launches and terminations. */
export function notificationOperations(engine: Engine) {
  return {
    PutNotificationConfiguration: ({ AutoScalingGroupName, TopicARN = '', NotificationTypes = [] }) => {
      const group = engine.groups.get(AutoScalingGroupName);
      const unknown = NotificationTypes.find((type) => !TYPES.includes(type));
      if (unknown !== undefined) throw validationError(`"${unknown}" is not a valid Notification Type`);
      removeTopic(group.notifications, TopicARN);
      const topics = new Set([...group.notifications.map((one) => one.TopicARN), TopicARN]);
      requireWithin(QUOTAS.topics, topics.size, 'SNS topics per group');
      for (const NotificationType of NotificationTypes) {
        group.notifications.push({ AutoScalingGroupName: group.name, TopicARN, NotificationType });
      }
      sendTestNotification(engine, group, TopicARN);
      return {};
    },
    DeleteNotificationConfiguration: ({ AutoScalingGroupName, TopicARN = '' }) => {
      removeTopic(engine.groups.get(AutoScalingGroupName).notifications, TopicARN);
      return {};
    },
    DescribeNotificationConfigurations: ({ AutoScalingGroupNames, NextToken, MaxRecords }) => {
      const groups = AutoScalingGroupNames?.map((name) => engine.groups.get(name)) ?? [
        ...engine.groups.all(),
      ];
      const all = groups.flatMap(({ notifications }) => notifications);
      const { items, nextToken } = page(all, NextToken, checkedSize(MaxRecords, 100));
      return { NotificationConfigurations: items, NextToken: nextToken };
    },
    DescribeAutoScalingNotificationTypes: () => ({ AutoScalingNotificationTypes: [...TYPES] }),
  } satisfies Operations<AutoScaling>;
}

function removeTopic(notifications: { TopicARN?: string | undefined }[], topic: string): void {
  const kept = notifications.filter(({ TopicARN }) => TopicARN !== topic);
  notifications.splice(0, notifications.length, ...kept);
}
