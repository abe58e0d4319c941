import type { Courier } from '../../delivery/index.ts';
import type { MetricSink } from '../cloudwatch/metric-store.ts';
import type { Ec2Service } from '../ec2/api.ts';
import type { ElbService } from '../elb/api.ts';

/** What Auto Scaling asks of EC2. */
export type Ec2Port = Pick<
  Ec2Service,
  | 'launch'
  | 'terminate'
  | 'instance'
  | 'onStateChange'
  | 'isImpaired'
  | 'resolveTemplate'
  | 'zoneOfSubnet'
  | 'tag'
>;

/** What Auto Scaling asks of load balancing. */
export type ElbPort = Pick<
  ElbService,
  'registerTarget' | 'deregisterTarget' | 'targetState' | 'hasTargetGroup'
>;

/** What Auto Scaling needs of the cloud's other services. */
export interface AutoScalingPorts {
  readonly ec2: Ec2Port;
  readonly elb: ElbPort;
  readonly metrics: MetricSink;
  /** Takes the notifications of hooks and groups to topics and queues. */
  readonly courier: Pick<Courier, 'send'>;
  /** State of a CloudWatch alarm (`OK`, `ALARM`, `INSUFFICIENT_DATA`); undefined where no alarm has the name. */
  readonly alarmState: (alarmName: string) => string | undefined;
}
