import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import type { Kernel, Operations } from '../../kernel/index.ts';
import { AwsError, page } from '../../kernel/index.ts';
import { filterPattern } from './filter-pattern.ts';
import type { LogGroup, LogGroups, StoredEvent } from './groups.ts';

const PAGE = 10_000;
const INVALID = 'InvalidParameterException';
const HOUR = 3_600_000;

/** Lines: put, get, filter. */
export function eventOperations(kernel: Kernel, groups: LogGroups) {
  return {
    PutLogEvents: (input) => {
      const group = groups.get(input.logGroupName);
      const stream = existingStream(group, input.logStreamName);
      const events = (input.logEvents ?? []).map(({ timestamp = 0, message = '' }) => ({
        timestamp,
        message,
      }));
      checkEvents(events, kernel.clock.now());
      groups.append(group.name, stream, events);
      // Sequence tokens are no longer checked, and still given out.
      return { nextSequenceToken: kernel.ids.hex(56) };
    },

    GetLogEvents: (input) => {
      const group = groups.get(input.logGroupIdentifier ?? input.logGroupName);
      const stream = existingStream(group, input.logStreamName);
      const events = between(groups.retained(group), input.startTime, input.endTime).filter(
        (event) => event.stream === stream,
      );
      return logPage(events, input);
    },

    FilterLogEvents: (input) => {
      const group = groups.get(input.logGroupIdentifier ?? input.logGroupName);
      const matches = filterPattern(input.filterPattern ?? '');
      const streams = input.logStreamNames && new Set(input.logStreamNames);
      const prefix = input.logStreamNamePrefix ?? '';
      const end = input.endTime === undefined ? undefined : input.endTime + 1;
      const found = between(groups.retained(group), input.startTime, end).filter(
        ({ stream, message }) =>
          stream.startsWith(prefix) && (streams?.has(stream) ?? true) && matches(message),
      );
      const { items, nextToken } = page(found, input.nextToken, input.limit ?? PAGE, INVALID);
      return {
        events: items.map((event) => ({
          eventId: String(event.order).padStart(56, '0'),
          logStreamName: event.stream,
          timestamp: event.timestamp,
          ingestionTime: event.ingestedAt,
          message: event.message,
        })),
        searchedLogStreams: [],
        ...(nextToken !== undefined && { nextToken }),
      };
    },
  } satisfies Operations<CloudWatchLogs>;
}

function existingStream(group: LogGroup, name: string | undefined): string {
  if (name !== undefined && group.streams.has(name)) return name;
  throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
}

function checkEvents(events: readonly { timestamp: number }[], now: number): void {
  const isOrdered = events.every(({ timestamp }, i) => timestamp >= (events[i - 1]?.timestamp ?? 0));
  if (!isOrdered) {
    throw new AwsError(
      INVALID,
      'Log events in a single PutLogEvents request must be in chronological order.',
    );
  }
  if (events.some(({ timestamp }) => timestamp > now + 2 * HOUR)) {
    throw new AwsError(INVALID, 'Log events may not be more than two hours in the future.');
  }
}

/** From `start` to before `end`. */
function between(events: readonly StoredEvent[], start = -Infinity, end = Infinity): StoredEvent[] {
  return events.filter(({ timestamp }) => timestamp >= start && timestamp < end);
}

/**
 * A page of one stream, which can be read in both directions: the tokens say where the page began and ended, and
 * the same token comes back when there is no more.
 */
function logPage(
  events: readonly StoredEvent[],
  input: { nextToken?: string | undefined; startFromHead?: boolean | undefined; limit?: number | undefined },
) {
  const size = input.limit ?? PAGE;
  const [direction, order] = (input.nextToken ?? '').split('/');
  const at = Number(order);
  let chosen: StoredEvent[];
  if (direction === 'f') chosen = events.filter((event) => event.order > at).slice(0, size);
  else if (direction === 'b') chosen = events.filter((event) => event.order < at).slice(-size);
  else chosen = input.startFromHead === true ? events.slice(0, size) : events.slice(-size);
  const first = chosen[0]?.order ?? (order === undefined ? 0 : at);
  const last = chosen.at(-1)?.order ?? (order === undefined ? 0 : at);
  return {
    events: chosen.map(({ timestamp, message, ingestedAt }) => ({
      timestamp,
      message,
      ingestionTime: ingestedAt,
    })),
    nextForwardToken: `f/${last}`,
    nextBackwardToken: `b/${first}`,
  };
}
