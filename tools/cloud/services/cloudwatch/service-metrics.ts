import type { JournalEntry, Kernel } from '../../kernel/index.ts';
import type { Dimensions, MetricSink } from './metric-store.ts';
import { single } from './metric-store.ts';

/** What a queue holds, as SQS measures it. */
export interface MeasuredQueue {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
  /** Milliseconds. */
  readonly oldestAge: number;
  /** Of the last minute. */
  readonly sent: number;
  readonly sentBytes: number;
  readonly received: number;
  readonly deleted: number;
  readonly emptyReceives: number;
}

const MINUTE = 60_000;
const ZERO = { sum: 0, count: 1, min: 0, max: 0 };
const ONE = single(1);

/** Measures services by what their work shows in the journal, and queues once a minute. */
export function measureServices(
  kernel: Kernel,
  metrics: MetricSink,
  queues: () => ReadonlyMap<string, MeasuredQueue>,
): void {
  const dimensions = dimensionCache();
  kernel.journal.observe((entry) => {
    if (entry.kind === 'invocation') measureInvocation(metrics, dimensions, entry);
    if (entry.kind === 'throttle') {
      const own = dimensions('FunctionName', entry.functionName);
      metrics.put('AWS/Lambda', 'Throttles', own, entry.at, ONE, 'Count');
    }
    if (entry.kind === 'durable-execution') {
      const own = dimensions('FunctionName', entry.functionName);
      metrics.put('AWS/Lambda', DURABLE[entry.status], own, entry.at, ONE, 'Count');
    }
    if (entry.kind === 'delivery') measureDelivery(metrics, dimensions, entry);
  });
  kernel.clock.every(MINUTE, () => {
    // What a minute ends with belongs to that minute.
    const at = kernel.clock.now() - 1;
    for (const [name, queue] of queues()) measureQueue(metrics, dimensions('QueueName', name), queue, at);
  });
}

type DimensionCache = (name: string, value: string) => Dimensions;

/** The same object for the same dimension: the sink then computes its key only once. */
function dimensionCache(): DimensionCache {
  const known = new Map<string, Dimensions>();
  return (name, value) => {
    const key = `${name} ${value}`;
    const dimensions = known.get(key) ?? { [name]: value };
    known.set(key, dimensions);
    return dimensions;
  };
}

/** AWS Lambda, "Monitoring durable functions". */
const DURABLE = {
  RUNNING: 'DurableExecutionStarted',
  SUCCEEDED: 'DurableExecutionSucceeded',
  FAILED: 'DurableExecutionFailed',
  TIMED_OUT: 'DurableExecutionTimedOut',
  STOPPED: 'DurableExecutionStopped',
} as const;

/**
 * AWS Lambda, "Types of metrics for Lambda functions": errors and throttles are counted for every invocation, 0 or 1;
 * the age of an asynchronous event is what it has waited, retries and all.
 */
function measureInvocation(
  metrics: MetricSink,
  dimensions: DimensionCache,
  { at, functionName, outcome, waited }: Extract<JournalEntry, { kind: 'invocation' }>,
): void {
  const own = dimensions('FunctionName', functionName);
  const isError = outcome === 'failed' || outcome === 'timed-out';
  metrics.put('AWS/Lambda', 'Invocations', own, at, ONE, 'Count');
  metrics.put('AWS/Lambda', 'Errors', own, at, isError ? ONE : ZERO, 'Count');
  metrics.put('AWS/Lambda', 'Throttles', own, at, ZERO, 'Count');
  if (waited !== undefined)
    metrics.put('AWS/Lambda', 'AsyncEventAge', own, at, single(waited), 'Milliseconds');
}

const DELIVERIES = {
  rule: {
    namespace: 'AWS/Events',
    dimension: 'RuleName',
    delivered: 'Invocations',
    failed: 'FailedInvocations',
    'dead-letter': 'InvocationsSentToDlq',
    dropped: undefined,
  },
  topic: {
    namespace: 'AWS/SNS',
    dimension: 'TopicName',
    delivered: 'NumberOfNotificationsDelivered',
    failed: 'NumberOfNotificationsFailed',
    'dead-letter': 'NumberOfNotificationsRedrivenToDlq',
    dropped: undefined,
  },
  schedule: {
    namespace: 'AWS/Scheduler',
    dimension: 'ScheduleGroup',
    delivered: 'InvocationAttemptCount',
    failed: 'TargetErrorCount',
    'dead-letter': 'InvocationsSentToDeadLetterCount',
    dropped: 'InvocationDroppedCount',
  },
} as const;

/** EventBridge, SNS and Scheduler, by the ARN that sends. */
function measureDelivery(
  metrics: MetricSink,
  dimensions: DimensionCache,
  { at, from, outcome }: Extract<JournalEntry, { kind: 'delivery' }>,
): void {
  const sender = senderOf(from);
  if (sender === undefined) return;
  const kind = DELIVERIES[sender.kind];
  const name = kind[outcome];
  if (name !== undefined) {
    metrics.put(kind.namespace, name, dimensions(kind.dimension, sender.name), at, ONE, 'Count');
  }
}

function senderOf(
  arn: string,
): { readonly kind: keyof typeof DELIVERIES; readonly name: string } | undefined {
  const [, service, resource = ''] = /^arn:aws:(\w+):[^:]*:\d*:(.+)$/.exec(arn) ?? [];
  const [type, first = '', second] = resource.split('/');
  if (service === 'events' && type === 'rule') return { kind: 'rule', name: second ?? first };
  if (service === 'scheduler' && type === 'schedule') return { kind: 'schedule', name: first };
  return service === 'sns' ? { kind: 'topic', name: resource } : undefined;
}

/** Amazon SQS, "Available CloudWatch metrics". */
function measureQueue(metrics: MetricSink, queue: Dimensions, seen: MeasuredQueue, at: number): void {
  const put = (name: string, value: number, unit: string) =>
    metrics.put('AWS/SQS', name, queue, at, single(value), unit);
  put('ApproximateNumberOfMessagesVisible', seen.visible, 'Count');
  put('ApproximateNumberOfMessagesNotVisible', seen.inFlight, 'Count');
  put('ApproximateNumberOfMessagesDelayed', seen.delayed, 'Count');
  put('ApproximateAgeOfOldestMessage', seen.oldestAge / 1000, 'Seconds');
  put('NumberOfMessagesSent', seen.sent, 'Count');
  put('NumberOfMessagesReceived', seen.received, 'Count');
  put('NumberOfMessagesDeleted', seen.deleted, 'Count');
  put('NumberOfEmptyReceives', seen.emptyReceives, 'Count');
  if (seen.sent > 0) put('SentMessageSize', seen.sentBytes / seen.sent, 'Bytes');
}
