import type { EventOf, FleetEvent } from '../../shared/domain/index.ts';
import type { EventKind } from '../wire.ts';
import { fromSource, parseWith } from '../wire.ts';
import type { OwnWireEvent } from './schema.ts';
import { ownEvents } from './schema.ts';

/** The source of our own events. */
export const OWN_SOURCE = 'evenkeel';

/** Work that the control plane starts itself. */
export type OwnEvent = EventOf<
  'reconcile-due' | 'refresh-due' | 'scale-due' | 'replace-due' | 'terminating' | 'launching'
>;

const DETAIL_TYPES = {
  'reconcile-due': 'Reconcile Due',
  'refresh-due': 'Refresh Due',
  'scale-due': 'Scale Due',
  'replace-due': 'Replacement Due',
  terminating: 'Drain Due',
  launching: 'Admission Due',
} as const satisfies Record<OwnEvent['kind'], string>;

function toEvent(wire: OwnWireEvent): FleetEvent {
  const type = wire['detail-type'];
  const dated = { id: wire.id ?? `${type}@${wire.time}`, at: wire.time };
  switch (type) {
    case 'Reconcile Due':
      return { kind: 'reconcile-due', ...dated };
    case 'Refresh Due':
      return { kind: 'refresh-due', ...dated, ...wire.detail };
    case 'Scale Due':
      return { kind: 'scale-due', ...dated, ...wire.detail };
    case 'Replacement Due':
      return { kind: 'replace-due', ...dated, ...wire.detail };
    case 'Drain Due':
      return { kind: 'terminating', ...dated, ...wire.detail };
    case 'Admission Due':
      return { kind: 'launching', ...dated, ...wire.detail };
  }
}

/** A schedule's tick, or work that reconciliation has found. */
export const ownEvent: EventKind = {
  recognises: fromSource(OWN_SOURCE, Object.values(DETAIL_TYPES)),
  parse: parseWith(ownEvents, toEvent),
};

/** The payload that {@link ownEvent} reads back as the same event. */
export function writeOwnEvent({ kind, id, at, ...detail }: OwnEvent): Readonly<Record<string, unknown>> {
  return {
    source: OWN_SOURCE,
    'detail-type': DETAIL_TYPES[kind],
    id,
    time: new Date(at).toISOString(),
    detail,
  };
}
