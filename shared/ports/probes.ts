/** HTTP requests to instances. */
export interface Probes {
  /** What `GET http://<private address of the instance>:port/path` gave; `status` 0 when nothing answered. */
  get(
    instance: string,
    port: number,
    path: string,
  ): Promise<{ readonly status: number; readonly detail: string }>;
}
