import type { EventKind } from '../wire.ts';
import { fromSource, parseWith } from '../wire.ts';
import { rebalanceEvent } from './schema.ts';

/** A Spot instance runs a higher risk of being taken back. */
export const rebalanceRecommendation: EventKind = {
  recognises: fromSource('aws.ec2', ['EC2 Instance Rebalance Recommendation']),
  parse: parseWith(rebalanceEvent, ({ id, time, detail }) => ({
    kind: 'rebalance-recommended',
    id,
    at: time,
    instance: detail['instance-id'],
  })),
};
