/** Target groups of load balancers. */
export interface Balancers {
  /** The state of one target in a target group; undefined when it is not registered there. */
  targetState(targetGroupArn: string, instance: string): Promise<string | undefined>;
  /** Target groups in which an instance is registered, whoever registered it. */
  targetGroupsOf(instance: string): Promise<readonly string[]>;
  deregister(targetGroupArn: string, instance: string): Promise<void>;
}
