/** What has gone through a queue, in CloudWatch's distinction. */
export interface QueueFlow {
  readonly sent: number;
  /** Bytes of what was sent. */
  readonly sentBytes: number;
  readonly received: number;
  readonly deleted: number;
  /** Receives that came back with nothing. */
  readonly emptyReceives: number;
}

const STILL: QueueFlow = { sent: 0, sentBytes: 0, received: 0, deleted: 0, emptyReceives: 0 };

/** Counts what goes through a queue. */
export class FlowCount {
  #flow = STILL;

  add(more: Partial<QueueFlow>): void {
    const { sent, sentBytes, received, deleted, emptyReceives } = this.#flow;
    this.#flow = {
      sent: sent + (more.sent ?? 0),
      sentBytes: sentBytes + (more.sentBytes ?? 0),
      received: received + (more.received ?? 0),
      deleted: deleted + (more.deleted ?? 0),
      emptyReceives: emptyReceives + (more.emptyReceives ?? 0),
    };
  }

  /** What has gone through since this was last asked. */
  take(): QueueFlow {
    const flow = this.#flow;
    this.#flow = STILL;
    return flow;
  }
}
