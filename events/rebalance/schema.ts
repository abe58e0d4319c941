import * as z from 'zod';
import { eventBridge } from '../wire.ts';

/** `EC2 Instance Rebalance Recommendation`. */
export const rebalanceEvent = eventBridge(z.object({ 'instance-id': z.string().min(1) }));
