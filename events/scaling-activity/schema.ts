import * as z from 'zod';
import { eventBridge } from '../wire.ts';

/** `EC2 Instance Launch|Terminate Unsuccessful`; a launch that failed early names no instance, or an empty one. */
export const failedActivityEvent = eventBridge(
  z.object({
    AutoScalingGroupName: z.string().min(1),
    EC2InstanceId: z.string().optional(),
    StatusMessage: z.string().default(''),
  }),
);
