import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import type { Kernel, Operations, Service } from '../../kernel/index.ts';
import { LogGroups } from './groups.ts';
import { eventOperations } from './event-operations.ts';
import { groupOperations } from './group-operations.ts';
import { standing } from './standing.ts';

/** CloudWatch Logs, as other services use it. */
export interface LogsService extends Service {
  readonly hasGroup: (group: string) => boolean;
  readonly createGroup: (group: string) => void;
  /** Adds a line, at the present; the stream is made when it is not there. */
  readonly append: (group: string, stream: string, line: string) => void;
}

/** Amazon CloudWatch Logs. Keeps the newest lines of each group. */
export function createLogs(kernel: Kernel): LogsService {
  const groups = new LogGroups(kernel);
  const operations = {
    ...groupOperations(groups),
    ...eventOperations(kernel, groups),
  } satisfies Operations<CloudWatchLogs>;
  return {
    client: '@aws-sdk/client-cloudwatch-logs',
    standing,
    operations,
    hasGroup: (group) => groups.has(group),
    createGroup: (group) => void groups.create(group, {}),
    append: (group, stream, line) =>
      groups.append(group, stream, [{ timestamp: kernel.clock.now(), message: line }]),
  };
}
