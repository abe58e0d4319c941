import type { EventKind } from '../wire.ts';
import { fromSource, parseWith } from '../wire.ts';
import { instanceStateEvent } from './schema.ts';

/** An instance has been started, stopped or terminated, by whomever. */
export const instanceStateChange: EventKind = {
  recognises: fromSource('aws.ec2', ['EC2 Instance State-change Notification']),
  parse: parseWith(instanceStateEvent, ({ id, time, detail }) => ({
    kind: 'instance-state-changed',
    id,
    at: time,
    instance: detail['instance-id'],
    state: detail.state,
  })),
};
