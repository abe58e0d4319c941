import type { RetryPolicy } from '../../delivery/index.ts';
import type { Principal } from '../../kernel/index.ts';
import type { Activity } from './activities.ts';
import { isoSeconds } from './activities.ts';
import type { Engine } from './engine.ts';
import type { Group, GroupInstance, Hook } from './model.ts';

// What Auto Scaling tells the event bus and the topics and queues that a group names.
// Shapes: docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-event-reference.html

type Detail = Readonly<Record<string, unknown>>;

export function emit(
  engine: Engine,
  group: Group,
  detailType: string,
  detail: Detail,
  instanceId?: string,
): void {
  const { account, events } = engine.kernel;
  const instance =
    instanceId === undefined ? [] : [`arn:aws:ec2:${account.region}:${account.id}:instance/${instanceId}`];
  events.emit({ source: 'aws.autoscaling', detailType, resources: [group.arn, ...instance], detail });
}

const EVENT = {
  launch: { name: 'Launch', type: 'EC2_INSTANCE_LAUNCH', verb: 'launch' },
  terminate: { name: 'Terminate', type: 'EC2_INSTANCE_TERMINATE', verb: 'termination' },
} as const;

const USUAL_ROUTE = {
  launch: { origin: 'EC2', destination: 'AutoScalingGroup' },
  terminate: { origin: 'AutoScalingGroup', destination: 'EC2' },
} as const;

/** `EC2 Instance Launch Successful` and its like, to the bus and to the group's notification topics. */
export function tellOutcome(
  engine: Engine,
  group: Group,
  kind: 'launch' | 'terminate',
  isSuccess: boolean,
  activity: Activity,
  instance?: Pick<GroupInstance, 'id' | 'route'>,
): void {
  const { name, type } = EVENT[kind];
  const detail = outcomeDetail(engine, activity, kind, instance);
  emit(
    engine,
    group,
    `EC2 Instance ${name} ${isSuccess ? 'Successful' : 'Unsuccessful'}`,
    detail,
    instance?.id,
  );
  notifyTopics(engine, group, `autoscaling:${type}${isSuccess ? '' : '_ERROR'}`, kind, detail, activity);
}

function outcomeDetail(
  engine: Engine,
  activity: Activity,
  kind: 'launch' | 'terminate',
  instance: Pick<GroupInstance, 'id' | 'route'> | undefined,
): Detail {
  const { origin, destination } = instance?.route ?? USUAL_ROUTE[kind];
  return {
    StatusCode:
      activity.status === 'Failed' || activity.status === 'Cancelled' ? activity.status : 'InProgress',
    Description: activity.description,
    AutoScalingGroupName: activity.groupName,
    ActivityId: activity.id,
    Details: activity.details,
    RequestId: activity.id,
    StatusMessage: activity.statusMessage ?? '',
    EndTime: isoSeconds(activity.endedAt ?? engine.kernel.clock.now()),
    EC2InstanceId: instance?.id ?? '',
    StartTime: isoSeconds(activity.startedAt),
    Cause: activity.cause,
    Origin: origin,
    Destination: destination,
  };
}

function notifyTopics(
  engine: Engine,
  group: Group,
  event: string,
  kind: 'launch' | 'terminate',
  detail: Detail,
  activity: Activity,
): void {
  for (const { TopicARN, NotificationType } of group.notifications) {
    if (TopicARN === undefined || NotificationType !== event) continue;
    const message = {
      ...envelope(engine, group),
      AutoScalingGroupARN: group.arn,
      ...detail,
      Progress: activity.progress,
      Event: event,
    };
    const subject = `Auto Scaling: ${EVENT[kind].verb} for group "${group.name}"`;
    send(engine, group, TopicARN, subject, message);
  }
}

function envelope(engine: Engine, group: Group): Detail {
  return {
    Service: 'AWS Auto Scaling',
    Time: engine.kernel.clock.date().toISOString(),
    RequestId: engine.kernel.ids.uuid(),
    AccountId: engine.kernel.account.id,
    AutoScalingGroupName: group.name,
  };
}

/** What a topic or queue is sent when it is named for the first time, by a hook or a notification. */
export function sendTestNotification(engine: Engine, group: Group, targetArn: string): void {
  const message = {
    ...envelope(engine, group),
    AutoScalingGroupARN: group.arn,
    Event: 'autoscaling:TEST_NOTIFICATION',
  };
  send(engine, group, targetArn, `Auto Scaling: test notification for group "${group.name}"`, message);
}

/** A lifecycle action has begun: the event of the bus, and the hook's own topic or queue. */
export function tellLifecycleAction(
  engine: Engine,
  group: Group,
  hook: Hook,
  instance: GroupInstance,
  token: string,
): void {
  const isLaunch = hook.LifecycleTransition === 'autoscaling:EC2_INSTANCE_LAUNCHING';
  const detail = {
    LifecycleActionToken: token,
    AutoScalingGroupName: group.name,
    LifecycleHookName: hook.LifecycleHookName,
    EC2InstanceId: instance.id,
    LifecycleTransition: hook.LifecycleTransition,
    ...(hook.NotificationMetadata === undefined ? {} : { NotificationMetadata: hook.NotificationMetadata }),
    Origin: instance.route.origin,
    Destination: instance.route.destination,
  };
  emit(engine, group, `EC2 Instance-${isLaunch ? 'launch' : 'terminate'} Lifecycle Action`, detail);
  if (hook.NotificationTargetARN === undefined || hook.NotificationTargetARN === '') return;
  const subject = `Auto Scaling: Lifecycle action '${isLaunch ? 'LAUNCHING' : 'TERMINATING'}' for instance ${instance.id} in progress.`;
  send(engine, group, hook.NotificationTargetARN, subject, { ...envelope(engine, group), ...detail });
}

/** AWS does not say how it retries; a topic or queue that refuses is given up after a few attempts. */
const RETRY: RetryPolicy = { attempts: 3, maximumAge: 60_000, pause: (retry) => 1000 * 2 ** retry };

function send(engine: Engine, group: Group, target: string, subject: string, message: Detail): void {
  const from: Principal = { kind: 'service', service: 'autoscaling.amazonaws.com', sourceArn: group.arn };
  const parcel = { body: JSON.stringify(message), subject, from };
  engine.on.courier.send({ sender: group.arn, target, parcel, retry: RETRY });
}
