import * as z from 'zod';
import { awsTime, eventBridge } from '../wire.ts';

const transition = z.enum(['autoscaling:EC2_INSTANCE_LAUNCHING', 'autoscaling:EC2_INSTANCE_TERMINATING']);

/** `Origin` and `Destination` name the ends of a warm pool's leg: `EC2`, `WarmPool`, `AutoScalingGroup`. */
const action = z.object({
  LifecycleActionToken: z.string().min(1),
  AutoScalingGroupName: z.string().min(1),
  LifecycleHookName: z.string().min(1),
  EC2InstanceId: z.string().min(1),
  LifecycleTransition: transition,
  Origin: z.string().optional(),
  Destination: z.string().optional(),
});

/** `EC2 Instance-launch Lifecycle Action` and `EC2 Instance-terminate Lifecycle Action`. */
export const lifecycleEvent = eventBridge(action);

/** What a hook with a notification target of its own sends to its topic or queue. */
export const hookNotification = action.extend({
  RequestId: z.string().optional(),
  Time: awsTime.default(0),
});

export type WireAction = z.output<typeof action>;
