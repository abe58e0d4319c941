import * as z from 'zod';
import { awsTime, eventBridge } from '../wire.ts';

/**
 * `AWS Health Event`. `startTime` is in RFC 1123 (`Sat, 05 Jun 2027 15:10:09 GMT`). Entities are instances where
 * the service is EC2; an event about the account alone has none.
 */
export const healthEvent = eventBridge(
  z.object({
    eventArn: z.string().min(1),
    communicationId: z.string().default(''),
    service: z.string(),
    eventTypeCode: z.string().min(1),
    eventTypeCategory: z.string(),
    startTime: awsTime.optional(),
    affectedEntities: z.array(z.object({ entityValue: z.string() })).default([]),
  }),
);
