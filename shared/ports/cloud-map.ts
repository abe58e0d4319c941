/** Services of AWS Cloud Map, by which instances are found. */
export interface CloudMap {
  /**
   * Takes an instance out of a service, under whose id it is registered there.
   *
   * @param service id or ARN
   * @returns the operation under way, or undefined where there is nothing to take out
   */
  deregister(service: string, instance: string): Promise<string | undefined>;
  /** Whether an operation goes on. One that has failed does not. */
  isUnderWay(operation: string): Promise<boolean>;
}
