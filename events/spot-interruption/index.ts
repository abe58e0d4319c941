import type { EventKind } from '../wire.ts';
import { fromSource, parseWith } from '../wire.ts';
import { spotInterruptionEvent } from './schema.ts';

/** EC2 takes a Spot instance back in two minutes. */
export const spotInterruption: EventKind = {
  recognises: fromSource('aws.ec2', ['EC2 Spot Instance Interruption Warning']),
  parse: parseWith(spotInterruptionEvent, ({ id, time, detail }) => ({
    kind: 'spot-interruption',
    id,
    at: time,
    instance: detail['instance-id'],
    action: detail['instance-action'],
  })),
};
