/** Target groups of load balancers. */
export interface Balancers {
  /** The state of one target in a target group; undefined when it is not registered there. */
  targetState(targetGroupArn: string, instance: string): Promise<string | undefined>;
  /** The Application Load Balancers before target groups, by the names that metrics have for them: `app/web/50dc6c495c0c9188`. */
  inFrontOf(targetGroupArns: readonly string[]): Promise<readonly string[]>;
  /** Target groups in which an instance is registered, whoever registered it. */
  targetGroupsOf(instance: string): Promise<readonly string[]>;
  deregister(targetGroupArn: string, instance: string): Promise<void>;
}
