export interface BalancerOptions {
  /** Real milliseconds that a second of the idle timeout takes: 1000, but for tests of it. */
  readonly idleSecondMs?: number;
  /**
   * Whether time stands still while a request is on its way: the default, for requests that come one by one. Where they
   * never cease, time goes on beside them, as fast as it is paced.
   */
  readonly holdsTime?: boolean;
  /** Told of each request that a target takes or is done with, and how many it has by then. Upgraded connections count. */
  readonly onLoad?: (instanceId: string, outstanding: number) => void;
  /** Told of each request that a target was chosen for and did not answer to its end; not of upgraded connections. */
  readonly onLost?: (lost: LostRequest) => void;
}

/** A request that a target did not answer to its end. */
export interface LostRequest {
  readonly instanceId: string;
  /** When it was passed on, in the cloud's time. */
  readonly begunAt: number;
  /** Whether the target had taken it. */
  readonly hadConnection: boolean;
}
