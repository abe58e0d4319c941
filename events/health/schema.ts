import * as z from 'zod';
import { awsTime, eventBridge } from '../wire.ts';

/** What is not as it should be is no reason to throw the rest away. */
const hint = z.string().optional().catch(undefined);

const entity = z.object({ entityValue: z.string(), status: hint });

/**
 * `AWS Health Event`. `startTime` is in RFC 1123 (`Sat, 05 Jun 2027 15:10:09 GMT`). Entities are instances where
 * the service is EC2, at times by their ARN; an event about the account alone has none. An event that would be too large
 * comes in pages, each with its own entities. `statusCode` is open, upcoming or closed; an entity's own status
 * PENDING, RESOLVED and others.
 *
 * @see https://docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html
 */
export const healthEvent = eventBridge(
  z.object({
    eventArn: z.string().min(1),
    communicationId: z.string().default(''),
    service: z.string(),
    eventTypeCode: z.string().min(1),
    eventTypeCategory: z.string(),
    statusCode: hint,
    startTime: awsTime.optional(),
    affectedEntities: z.array(entity).default([]),
    page: hint,
  }),
);

export type WireEntity = z.output<typeof entity>;
