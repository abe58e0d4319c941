import { skip } from '../../shared/domain/index.ts';
import type { EventKind } from '../wire.ts';
import { fromSource, parseWith } from '../wire.ts';
import type { WireEntity } from './schema.ts';
import { healthEvent } from './schema.ts';

/** AWS plans to stop, reboot or retire instances, has moved that, or called it off. Health's other news is not about a fleet. */
export const healthScheduledChange: EventKind = {
  recognises: fromSource('aws.health', ['AWS Health Event']),
  parse: parseWith(healthEvent, ({ id, time, detail }) => {
    if (detail.service !== 'EC2' || detail.eventTypeCategory !== 'scheduledChange')
      return skip('UNKNOWN_EVENT', `AWS Health: ${detail.service} ${detail.eventTypeCategory}`);
    const { affectedEntities, page, startTime } = detail;
    const isSpared = ({ status }: WireEntity) => detail.statusCode === 'closed' || status === 'RESOLVED';
    const spared = instancesIn(affectedEntities.filter(isSpared));
    return {
      kind: 'health-scheduled-change',
      id,
      at: time,
      eventArn: detail.eventArn,
      communicationId: detail.communicationId,
      eventTypeCode: detail.eventTypeCode,
      instances: instancesIn(affectedEntities.filter((entity) => !isSpared(entity))),
      ...(spared.length > 0 && { spared }),
      ...(page !== undefined && page !== '1' && { page }),
      ...(startTime !== undefined && startTime > 0 && { startsAt: startTime }),
    };
  }),
};

/** Ids of instances among entities, which may be hosts or the account as well. */
function instancesIn(entities: readonly WireEntity[]): readonly string[] {
  const ids = entities.map(({ entityValue }) => entityValue.split('/').at(-1) ?? '');
  return [...new Set(ids.filter((id) => id.startsWith('i-')))];
}
