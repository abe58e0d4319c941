import type { EventKind } from '../wire.ts';
import { fromSource, parseWith } from '../wire.ts';
import { reservationInterruptionEvent } from './schema.ts';

/** The owner of a capacity reservation takes back what an instance runs in. */
export const reservationInterruption: EventKind = {
  recognises: fromSource('aws.ec2', ['EC2 Capacity Reservation Instance Interruption Warning']),
  parse: parseWith(reservationInterruptionEvent, ({ id, time, detail }) => ({
    kind: 'reservation-interruption',
    id,
    at: time,
    instance: detail['instance-id'],
    action: detail['instance-action'],
    ...(detail['instance-termination-time'] > 0 && { takenAt: detail['instance-termination-time'] }),
  })),
};
