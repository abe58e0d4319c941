import { skip } from '../../shared/domain/index.ts';
import type { EventKind } from '../wire.ts';
import { fromSource, parseWith } from '../wire.ts';
import { healthEvent } from './schema.ts';

/** AWS plans to stop, reboot or retire instances. Health's other news is not about a fleet. */
export const healthScheduledChange: EventKind = {
  recognises: fromSource('aws.health', ['AWS Health Event']),
  parse: parseWith(healthEvent, ({ id, time, detail }) => {
    if (detail.service !== 'EC2' || detail.eventTypeCategory !== 'scheduledChange')
      return skip('UNKNOWN_EVENT', `AWS Health: ${detail.service} ${detail.eventTypeCategory}`);
    return {
      kind: 'health-scheduled-change',
      id,
      at: time,
      eventArn: detail.eventArn,
      communicationId: detail.communicationId,
      eventTypeCode: detail.eventTypeCode,
      instances: detail.affectedEntities.map(({ entityValue }) => entityValue),
      ...(detail.startTime !== undefined && detail.startTime > 0 && { startsAt: detail.startTime }),
    };
  }),
};
