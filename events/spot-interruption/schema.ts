import * as z from 'zod';
import { eventBridge } from '../wire.ts';

/** `EC2 Spot Instance Interruption Warning`, two minutes before; `instance-action` is terminate, stop or hibernate. */
export const spotInterruptionEvent = eventBridge(
  z.object({ 'instance-id': z.string().min(1), 'instance-action': z.string().default('terminate') }),
);
