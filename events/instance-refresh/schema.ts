import * as z from 'zod';
import { eventBridge, numberOrText } from '../wire.ts';

/** `EC2 Auto Scaling Instance Refresh …`; the figures of a checkpoint arrive as text. */
export const instanceRefreshEvent = eventBridge(
  z.object({
    AutoScalingGroupName: z.string().min(1),
    InstanceRefreshId: z.string().min(1),
    CheckpointPercentage: numberOrText.optional(),
    CheckpointDelay: numberOrText.optional(),
  }),
).extend({ 'detail-type': z.string() });
