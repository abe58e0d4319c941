import * as z from 'zod';
import { awsTime, eventBridge } from '../wire.ts';

/**
 * `EC2 Capacity Reservation Instance Interruption Warning`, two minutes before an instance is terminated that runs in an
 * interruptible capacity reservation.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitor-interruptible-cr.html
 */
export const reservationInterruptionEvent = eventBridge(
  z.object({
    'instance-id': z.string().min(1),
    'instance-action': z.string().default('terminate'),
    'instance-termination-time': awsTime.default(0),
  }),
);
