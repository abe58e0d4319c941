import type { EventBridge, PutEventsRequestEntry, PutEventsResultEntry } from '@aws-sdk/client-eventbridge';
import type { Kernel, Operations } from '../../../kernel/index.ts';
import { AwsError } from '../../../kernel/index.ts';
import type { Buses } from '../buses.ts';
import { envelop } from '../envelope.ts';
import { isObject } from '../../../delivery/pattern/filters.ts';
import type { Router } from '../router.ts';

/** EventBridge User Guide, "Calculating event entry size". */
const MOST_BYTES = 256 * 1024;

/** Events that applications put on a bus. */
export function eventOperations(kernel: Kernel, buses: Buses, router: Router) {
  return {
    PutEvents: (input) => {
      const entries = input.Entries ?? [];
      checkSize(entries);
      const results = entries.map((entry) => putEntry(kernel, buses, router, entry));
      return {
        FailedEntryCount: results.filter((result) => result.ErrorCode !== undefined).length,
        Entries: results,
      };
    },
  } satisfies Operations<EventBridge>;
}

function checkSize(entries: readonly PutEventsRequestEntry[]): void {
  const bytes = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (bytes > MOST_BYTES) {
    throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
  }
}

function sizeOf({ Time, Source, DetailType, Detail, Resources }: PutEventsRequestEntry): number {
  const texts = [Source, DetailType, Detail, ...(Resources ?? [])];
  return texts.reduce((sum, one) => sum + Buffer.byteLength(one ?? ''), Time === undefined ? 0 : 14);
}

function putEntry(
  kernel: Kernel,
  buses: Buses,
  router: Router,
  entry: PutEventsRequestEntry,
): PutEventsResultEntry {
  const { Source: source = '', DetailType: detailType = '' } = entry;
  if (source === '') return required('Source');
  if (detailType === '') return required('DetailType');
  if (entry.Detail === undefined) return required('Detail');
  if (source.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSource', ErrorMessage: 'Not authorized for the source.' };
  }
  const detail = parseDetail(entry.Detail);
  if (detail === undefined) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const at = entry.Time?.getTime() ?? kernel.clock.now();
  const content = { source, detailType, resources: entry.Resources ?? [], detail };
  const event = envelop(content, kernel.account, kernel.ids, at);
  router.accept(buses.get(entry.EventBusName), event);
  return { EventId: event.id };
}

function parseDetail(detail: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(detail);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function required(field: string): PutEventsResultEntry {
  return {
    ErrorCode: 'InvalidArgument',
    ErrorMessage: `Parameter ${field} is not valid. Reason: ${field} is a required argument.`,
  };
}
