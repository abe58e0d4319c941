import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import type { Kernel, Operations, Service } from '../../kernel/index.ts';
import { arn, AwsError } from '../../kernel/index.ts';
import type { MetricStore } from '../cloudwatch/metric-store.ts';
import type { MayUseKey } from '../kms/key-use.ts';
import type { EmbeddedMetric } from './embedded-metrics.ts';
import { embeddedMetrics } from './embedded-metrics.ts';
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
export function createLogs(
  kernel: Kernel,
  on: { readonly mayUseKey: MayUseKey; readonly metrics: MetricStore },
): LogsService {
  const groups = new LogGroups(kernel, (line) => {
    for (const metric of embeddedMetrics(line)) putEmbedded(on.metrics, metric);
  });
  const operations = {
    ...groupOperations(groups, keyCheck(kernel, on.mayUseKey)),
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

function putEmbedded(store: MetricStore, metric: EmbeddedMetric): void {
  const { namespace, name, dimensions, at, sample, unit, isHighResolution } = metric;
  if (isHighResolution) store.putHighResolution(namespace, name, dimensions, at, sample, unit);
  else store.put(namespace, name, dimensions, at, sample, unit);
}

/**
 * CloudWatch Logs takes a key only if it may use it itself ("Encrypt log data in CloudWatch Logs using AWS KMS").
 *
 * @returns a check of a group's name and the key it is to have. @throws AwsError InvalidParameterException
 */
function keyCheck({ account }: Kernel, mayUseKey: MayUseKey): (group: string, key: string) => void {
  const service = `logs.${account.region}.amazonaws.com`;
  return (group, key) => {
    const sourceArn = arn(account, 'logs', `log-group:${group}`);
    const self = { kind: 'service', service, sourceArn } as const;
    if (mayUseKey(key, self, sourceArn, ['kms:GenerateDataKey', 'kms:Decrypt'])) return;
    throw new AwsError(
      'InvalidParameterException',
      `The specified KMS key does not exist or is not allowed to be used with Arn '${sourceArn}'`,
    );
  };
}
