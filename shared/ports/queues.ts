/** Queues of work. */
export interface Queues {
  /** Messages that have been received and neither deleted nor returned; undefined when there is no such queue. */
  inFlight(name: string): Promise<number | undefined>;
}
