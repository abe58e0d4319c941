import type { Instant, Kernel } from '../../kernel/index.ts';
import { arn, AwsError } from '../../kernel/index.ts';

export interface LogEvent {
  readonly timestamp: Instant;
  readonly message: string;
}

/** A line as it is kept: `order` numbers all lines of the cloud. */
export interface StoredEvent extends LogEvent {
  readonly order: number;
  readonly stream: string;
  readonly ingestedAt: Instant;
}

export interface LogStream {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Instant;
  firstAt?: Instant;
  lastAt?: Instant;
  ingestedAt?: Instant;
}

export interface LogGroup {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Instant;
  readonly streams: Map<string, LogStream>;
  /** Oldest first. */
  events: StoredEvent[];
  tags: Record<string, string>;
  retentionInDays?: number;
  kmsKeyId?: string | undefined;
}

/** Lines kept of a group; twice as many may pile up before the older half goes. */
const LINES_KEPT = 10_000;

/** Streams kept of a group: each execution environment of Lambda opens one. */
const STREAMS_KEPT = 1000;

const DAY = 86_400_000;

/** All log groups of the account, by name. */
export class LogGroups {
  readonly #kernel: Kernel;
  readonly #onLine: (line: string) => void;
  readonly #groups = new Map<string, LogGroup>();
  #order = 0;

  /** @param onLine hears each line that is written */
  constructor(kernel: Kernel, onLine: (line: string) => void = () => undefined) {
    this.#kernel = kernel;
    this.#onLine = onLine;
  }

  /** @throws AwsError ResourceAlreadyExistsException */
  create(name: string, options: { tags?: Record<string, string>; kmsKeyId?: string }): LogGroup {
    if (this.#groups.has(name)) {
      throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
    }
    const group: LogGroup = {
      name,
      arn: arn(this.#kernel.account, 'logs', `log-group:${name}`),
      createdAt: this.#kernel.clock.now(),
      streams: new Map(),
      events: [],
      tags: options.tags ?? {},
      ...(options.kmsKeyId !== undefined && { kmsKeyId: options.kmsKeyId }),
    };
    this.#groups.set(name, group);
    return group;
  }

  has(name: string): boolean {
    return this.#groups.has(name);
  }

  /** By name or ARN. @throws AwsError ResourceNotFoundException */
  get(nameOrArn: string | undefined): LogGroup {
    const name = nameOrArn?.replace(/^arn:[^:]+:logs:[^:]*:\d+:log-group:/, '').replace(/:\*$/, '');
    const group = this.#groups.get(name ?? '');
    if (group !== undefined) return group;
    throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
  }

  delete(group: LogGroup): void {
    this.#groups.delete(group.name);
  }

  all(): LogGroup[] {
    return [...this.#groups.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** @throws AwsError ResourceAlreadyExistsException */
  createStream(group: LogGroup, name: string): LogStream {
    if (group.streams.has(name)) {
      throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
    }
    const stream: LogStream = {
      name,
      arn: `${group.arn}:log-stream:${name}`,
      createdAt: this.#kernel.clock.now(),
    };
    group.streams.set(name, stream);
    const oldest = group.streams.keys().next().value;
    if (group.streams.size > STREAMS_KEPT && oldest !== undefined) group.streams.delete(oldest);
    return stream;
  }

  /** Adds lines to a group and a stream, which are made when they are not there. */
  append(groupName: string, streamName: string, events: readonly LogEvent[]): void {
    const group = this.#groups.get(groupName) ?? this.create(groupName, {});
    const stream = group.streams.get(streamName) ?? this.createStream(group, streamName);
    const now = this.#kernel.clock.now();
    for (const { timestamp, message } of events) {
      group.events.push({ timestamp, message, stream: streamName, order: this.#order++, ingestedAt: now });
      this.#onLine(message);
      stream.firstAt = Math.min(stream.firstAt ?? timestamp, timestamp);
      stream.lastAt = Math.max(stream.lastAt ?? timestamp, timestamp);
    }
    stream.ingestedAt = now;
    if (group.events.length > 2 * LINES_KEPT) group.events = group.events.slice(-LINES_KEPT);
  }

  /** The lines of a group that its retention still holds. */
  retained(group: LogGroup): readonly StoredEvent[] {
    if (group.retentionInDays === undefined) return group.events;
    const since = this.#kernel.clock.now() - group.retentionInDays * DAY;
    return group.events.filter(({ timestamp }) => timestamp >= since);
  }
}
