import type {
  CloudWatchLogs,
  LogGroup as LogGroupOutput,
  LogStream as LogStreamOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Operations } from '../../kernel/index.ts';
import { AwsError, page } from '../../kernel/index.ts';
import type { LogGroup, LogGroups, LogStream } from './groups.ts';

const DEFAULT_PAGE = 50;
const INVALID = 'InvalidParameterException';

/** Retention periods that CloudWatch Logs has, in days. */
const RETENTIONS = new Set([
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]);

/** Log groups and streams: create, describe, keep for how long, tag, delete. */
export function groupOperations(groups: LogGroups, checkKey: (group: string, key: string) => void) {
  return { ...logGroups(groups, checkKey), ...logStreams(groups), ...tagging(groups) };
}

function logGroups(groups: LogGroups, checkKey: (group: string, key: string) => void) {
  return {
    CreateLogGroup: (input) => {
      const { logGroupName = '', tags, kmsKeyId } = input;
      if (kmsKeyId !== undefined) checkKey(logGroupName, kmsKeyId);
      groups.create(logGroupName, { ...(tags && { tags }), ...(kmsKeyId !== undefined && { kmsKeyId }) });
      return {};
    },

    DeleteLogGroup: (input) => {
      groups.delete(groups.get(input.logGroupName));
      return {};
    },

    DescribeLogGroups: (input) => {
      const all = groups.all().filter(({ name }) => {
        if (input.logGroupNamePattern !== undefined) return name.includes(input.logGroupNamePattern);
        return name.startsWith(input.logGroupNamePrefix ?? '');
      });
      const { items, nextToken } = page(all, input.nextToken, input.limit ?? DEFAULT_PAGE, INVALID);
      return { logGroups: items.map(describeGroup), ...(nextToken !== undefined && { nextToken }) };
    },

    PutRetentionPolicy: (input) => {
      const days = input.retentionInDays ?? 0;
      if (!RETENTIONS.has(days)) {
        throw new AwsError(INVALID, `retentionInDays must be one of ${[...RETENTIONS].join(', ')}`);
      }
      groups.get(input.logGroupName).retentionInDays = days;
      return {};
    },

    DeleteRetentionPolicy: (input) => {
      delete groups.get(input.logGroupName).retentionInDays;
      return {};
    },

    AssociateKmsKey: (input) => {
      const { kmsKeyId } = input;
      const group = groups.get(input.logGroupName ?? input.resourceIdentifier);
      checkKey(group.name, kmsKeyId ?? '');
      group.kmsKeyId = kmsKeyId;
      return {};
    },
  } satisfies Operations<CloudWatchLogs>;
}

function logStreams(groups: LogGroups) {
  return {
    CreateLogStream: (input) => {
      groups.createStream(groups.get(input.logGroupName), input.logStreamName ?? '');
      return {};
    },

    DeleteLogStream: (input) => {
      const group = groups.get(input.logGroupName);
      if (!group.streams.delete(input.logStreamName ?? '')) {
        throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
      }
      group.events = group.events.filter(({ stream }) => stream !== input.logStreamName);
      return {};
    },

    DescribeLogStreams: (input) => {
      const group = groups.get(input.logGroupIdentifier ?? input.logGroupName);
      const all = [...group.streams.values()]
        .filter(({ name }) => name.startsWith(input.logStreamNamePrefix ?? ''))
        .sort(input.orderBy === 'LastEventTime' ? byLastEvent : byName);
      const ordered = input.descending === true ? all.reverse() : all;
      const { items, nextToken } = page(ordered, input.nextToken, input.limit ?? DEFAULT_PAGE, INVALID);
      return { logStreams: items.map(describeStream), ...(nextToken !== undefined && { nextToken }) };
    },
  } satisfies Operations<CloudWatchLogs>;
}

function tagging(groups: LogGroups) {
  return {
    TagResource: (input) => {
      const group = groups.get(input.resourceArn);
      group.tags = { ...group.tags, ...input.tags };
      return {};
    },

    UntagResource: (input) => {
      const group = groups.get(input.resourceArn);
      const removed = new Set(input.tagKeys);
      group.tags = Object.fromEntries(Object.entries(group.tags).filter(([key]) => !removed.has(key)));
      return {};
    },

    ListTagsForResource: (input) => ({ tags: groups.get(input.resourceArn).tags }),
  } satisfies Operations<CloudWatchLogs>;
}

function byName(a: LogStream, b: LogStream): number {
  return a.name < b.name ? -1 : 1;
}

function byLastEvent(a: LogStream, b: LogStream): number {
  return (a.lastAt ?? 0) - (b.lastAt ?? 0);
}

function describeGroup(group: LogGroup): LogGroupOutput {
  return {
    logGroupName: group.name,
    // CloudWatch Logs gives both forms: for the one, policies; for the other, calls.
    arn: `${group.arn}:*`,
    logGroupArn: group.arn,
    logGroupClass: 'STANDARD',
    creationTime: group.createdAt,
    metricFilterCount: 0,
    ...FOR_OLDER_CLIENTS,
    ...(group.retentionInDays !== undefined && { retentionInDays: group.retentionInDays }),
    ...(group.kmsKeyId !== undefined && { kmsKeyId: group.kmsKeyId }),
  };
}

/** What streams hold has not been told since 2019, but that it is zero. */
const FOR_OLDER_CLIENTS: object = { storedBytes: 0 };

function describeStream(stream: LogStream): LogStreamOutput {
  return {
    logStreamName: stream.name,
    arn: stream.arn,
    creationTime: stream.createdAt,
    ...FOR_OLDER_CLIENTS,
    ...(stream.firstAt !== undefined && { firstEventTimestamp: stream.firstAt }),
    ...(stream.lastAt !== undefined && { lastEventTimestamp: stream.lastAt }),
    ...(stream.ingestedAt !== undefined && { lastIngestionTime: stream.ingestedAt }),
  };
}
