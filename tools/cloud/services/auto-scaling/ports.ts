import type { PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch';
import type { Courier } from '../../delivery/index.ts';
import type { MetricSink } from '../cloudwatch/metric-store.ts';
import type { Ec2Service } from '../ec2/api.ts';
import type { ElbService } from '../elb/api.ts';

/** What Auto Scaling asks of EC2. */
export type Ec2Port = Pick<
  Ec2Service,
  | 'launch'
  | 'terminate'
  | 'stop'
  | 'onDemandPrice'
  | 'spotPool'
  | 'start'
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
  readonly alarms: AlarmPort;
  /**
   * Invokes a Lambda function for a group and waits for its answer.
   *
   * @param sourceArn  the group's
   * @returns JSON
   * @throws AwsError where there is no such function, the group may not invoke it, or it fails
   */
  readonly invoke: (functionArn: string, payload: string, sourceArn: string) => Promise<string>;
}

/** CloudWatch's alarms, by name. */
export interface AlarmPort {
  /** `OK`, `ALARM`, `INSUFFICIENT_DATA`; undefined where no alarm has the name. */
  state(name: string): string | undefined;
  /** The newest value that a metric alarm was evaluated with. */
  lastValue(name: string): number | undefined;
  /** Creates an alarm or changes it. @throws AwsError as PutMetricAlarm does */
  put(alarm: PutMetricAlarmCommandInput): void;
  /** Those that are gone already are passed over. */
  delete(names: readonly string[]): void;
}
