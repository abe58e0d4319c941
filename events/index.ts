import type { FleetEvent, Skip } from '../shared/domain/index.ts';
import { skip } from '../shared/domain/index.ts';
import { eventKinds } from './registry.ts';
import type { Unwrapped } from './unwrap.ts';
import { unwrap } from './unwrap.ts';
import type { WireMessage } from './wire.ts';

export type { OwnEvent } from './own/index.ts';
export { writeOwnEvent } from './own/index.ts';

/**
 * What a payload is taken for: an EventBridge event, one in an SNS or SQS record, a hook's or an alarm's own
 * notification. Never throws, whatever the payload.
 *
 * @returns the event; a skip with `UNKNOWN_EVENT` for what is well-formed and not for us, `INVALID_EVENT` with the
 *   path of what is wrong for poison. Of a batch, the first record: whoever may get more takes {@link parseAll}
 */
export function parse(payload: unknown): FleetEvent | Skip {
  return parseAll(payload)[0] ?? skip('NOTHING_TO_DO', 'a batch without records');
}

/** Like {@link parse}, for each record of a batch in its order. */
export function parseAll(payload: unknown): readonly (FleetEvent | Skip)[] {
  return unwrap(payload).map(parseUnwrapped);
}

function parseUnwrapped(unwrapped: Unwrapped): FleetEvent | Skip {
  if ('kind' in unwrapped) return unwrapped;
  const kind = eventKinds.find((candidate) => candidate.recognises(unwrapped.message));
  return kind === undefined
    ? skip('UNKNOWN_EVENT', describe(unwrapped.message))
    : kind.parse(unwrapped.message);
}

function describe(message: WireMessage): string {
  const { source, 'detail-type': detailType } = message;
  if (typeof source !== 'string') return `no source; keys ${Object.keys(message).slice(0, 8).join(', ')}`;
  return typeof detailType === 'string' ? `${source} / ${detailType}` : source;
}
