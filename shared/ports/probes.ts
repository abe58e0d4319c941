/** HTTP requests to instances. */
export interface Probes {
  /**
   * What `GET http://<private address of the instance>:port/path` gave; `status` 0 when nothing answered.
   *
   * @param patience seconds after which nothing has answered
   */
  get(
    instance: string,
    port: number,
    path: string,
    patience?: number,
  ): Promise<{
    readonly status: number;
    readonly detail: string;
    /** The beginning of the answer. */
    readonly body?: string;
    /** The instance is there, and nothing listens on the port. */
    readonly isRefused?: boolean;
  }>;
}
