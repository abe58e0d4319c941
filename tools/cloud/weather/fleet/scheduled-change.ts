import type { Kernel } from '../../kernel/service.ts';

const TYPE = 'AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED';

/**
 * AWS Health says that an instance is to be retired. Shape: AWS Health User Guide, "AWS Health events Amazon EventBridge
 * schema".
 *
 * @param ahead milliseconds until then
 */
export function emitScheduledChange(
  { account, clock, events, ids }: Kernel,
  id: string,
  ahead: number,
): void {
  const now = clock.date();
  events.emit({
    source: 'aws.health',
    detailType: 'AWS Health Event',
    resources: [id],
    detail: {
      eventArn: `arn:aws:health:${account.region}::event/EC2/${TYPE}/${TYPE}_${ids.hex(17)}`,
      service: 'EC2',
      eventScopeCode: 'ACCOUNT_SPECIFIC',
      communicationId: `${ids.hex(24)}-1`,
      lastUpdatedTime: now.toUTCString(),
      eventRegion: account.region,
      eventTypeCode: TYPE,
      eventTypeCategory: 'scheduledChange',
      startTime: new Date(clock.now() + ahead).toUTCString(),
      eventDescription: [
        {
          language: 'en_US',
          latestDescription: `EC2 has detected degradation of the underlying hardware hosting your instance ${id}.`,
        },
      ],
      affectedEntities: [{ entityValue: id }],
      page: '1',
      totalPages: '1',
      affectedAccount: account.id,
    },
  });
}
