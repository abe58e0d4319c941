import * as z from 'zod';
import { eventBridge } from '../wire.ts';

/** `EC2 Instance State-change Notification`; `state` is one of EC2's `InstanceStateName`. */
export const instanceStateEvent = eventBridge(
  z.object({ 'instance-id': z.string().min(1), state: z.string().min(1) }),
);
