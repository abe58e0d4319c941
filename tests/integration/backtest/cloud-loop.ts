import type { PutScalingPolicyCommandInput } from '@aws-sdk/client-auto-scaling';
import type { PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch';
import type { Setting } from '../../../tools/backtest/setting.ts';
import { minutesOf } from '../../../tools/backtest/setting.ts';
import type { Fleet } from '../cloud/groups-world.ts';
import { GROUP, MINUTE, openFleet } from '../cloud/groups-world.ts';

/** One of the group's policies, and the alarm that calls for it where it brings none of its own. */
export interface CloudPolicy {
  readonly policy: Omit<PutScalingPolicyCommandInput, 'AutoScalingGroupName'>;
  readonly alarm?:
    Pick<PutMetricAlarmCommandInput, 'ComparisonOperator' | 'Threshold' | 'EvaluationPeriods'> | undefined;
}

export const METRIC = { Namespace: 'Test', MetricName: 'Load', Statistic: 'Average' } as const;

/** Seconds until a datapoint shows the load as newcomers share it: a minute, and CloudWatch's lag of another. */
const WARM_UP = 120;

const group = { AutoScalingGroupName: GROUP };

/** When a minute's capacity is counted, and when boots and drains that end with the minute are let go. */
const COUNTED_AT = 10_000;
const LET_GO_AT = 20_000;

const HOOKS = {
  LAUNCHING: 'autoscaling:EC2_INSTANCE_LAUNCHING',
  TERMINATING: 'autoscaling:EC2_INSTANCE_TERMINATING',
} as const;

/**
 * Lets EC2 Auto Scaling of the local cloud carry a load by its own policies: alarms, hooks and activities are the
 * cloud's, on its clock and over HTTP. Whoever plays the application takes boot and drain time by lifecycle hooks, and
 * puts the load per instance in service as a metric each minute; a minute whose load is not known has none.
 *
 * @returns desired capacity, minute by minute
 */
export async function desiredInCloud(
  load: Float64Array,
  policies: readonly CloudPolicy[],
  setting: Setting,
  atStart: number,
): Promise<number[]> {
  const fleet = await openFleet();
  try {
    await setUp(fleet, policies, setting, atStart);
    const stays = new Stays(fleet, setting);
    const desired = [];
    for (const [minute, value] of load.entries()) desired.push(await playMinute(fleet, stays, minute, value));
    return desired;
  } finally {
    await fleet.close();
  }
}

async function setUp(
  fleet: Fleet,
  policies: readonly CloudPolicy[],
  { min, max }: Setting,
  atStart: number,
): Promise<void> {
  const size = { MinSize: min, MaxSize: max, DesiredCapacity: atStart };
  await fleet.createGroup({ ...size, TargetGroupARNs: [], HealthCheckType: 'EC2' });
  // Long enough for what is there at the start to be warm.
  await fleet.pass(10);
  for (const [name, LifecycleTransition] of Object.entries(HOOKS)) {
    await fleet.autoScaling.putLifecycleHook({
      ...group,
      LifecycleHookName: name,
      LifecycleTransition,
      HeartbeatTimeout: 3600,
    });
  }
  for (const { policy, alarm } of policies) {
    const isSimple = policy.PolicyType === 'SimpleScaling';
    const warmup = isSimple ? {} : { EstimatedInstanceWarmup: WARM_UP };
    const { PolicyARN = '' } = await fleet.autoScaling.putScalingPolicy({ ...group, ...policy, ...warmup });
    if (alarm === undefined) continue;
    await fleet.cloudWatch.putMetricAlarm({
      AlarmName: policy.PolicyName,
      ...METRIC,
      ...alarm,
      Period: 60,
      AlarmActions: [PolicyARN],
    });
  }
}

/** @returns desired capacity after the alarms of the minute's begin */
async function playMinute(fleet: Fleet, stays: Stays, minute: number, load: number): Promise<number> {
  const begin = fleet.cloud.clock.now();
  await fleet.cloud.clock.runUntil(begin + COUNTED_AT);
  const { AutoScalingGroups = [] } = await fleet.autoScaling.describeAutoScalingGroups({});
  const { DesiredCapacity = NaN, Instances = [] } = AutoScalingGroups[0] ?? {};
  const inService = Instances.filter(({ LifecycleState }) => LifecycleState === 'InService').length;
  if (!Number.isNaN(load) && inService > 0) {
    const datum = { MetricName: METRIC.MetricName, Value: load / inService };
    await fleet.cloudWatch.putMetricData({ Namespace: METRIC.Namespace, MetricData: [datum] });
  }
  await fleet.cloud.clock.runUntil(begin + LET_GO_AT);
  await stays.letGo(minute, Instances);
  await fleet.cloud.clock.runUntil(begin + MINUTE);
  return DesiredCapacity;
}

interface Seen {
  readonly InstanceId?: string | undefined;
  readonly LifecycleState?: string | undefined;
}

/** How long instances have been booting and draining. */
class Stays {
  readonly #fleet: Fleet;
  readonly #minutes: Readonly<Record<keyof typeof HOOKS, number>>;
  /** By hook and instance: the minute in which it began. */
  readonly #since = new Map<string, number>();

  constructor(fleet: Fleet, { boot, drain }: Setting) {
    this.#fleet = fleet;
    this.#minutes = { LAUNCHING: minutesOf(boot), TERMINATING: minutesOf(drain) };
  }

  /** Ends the boots and drains that are over when this minute is. */
  async letGo(minute: number, instances: readonly Seen[]): Promise<void> {
    for (const { InstanceId = '', LifecycleState = '' } of instances) {
      const hook = LifecycleState.startsWith('Pending')
        ? 'LAUNCHING'
        : LifecycleState.startsWith('Terminating')
          ? 'TERMINATING'
          : undefined;
      if (hook === undefined) continue;
      const key = `${hook} ${InstanceId}`;
      const since = this.#since.get(key) ?? minute;
      this.#since.set(key, since);
      if (minute + 1 - since !== this.#minutes[hook]) continue;
      await this.#fleet.autoScaling.completeLifecycleAction({
        ...group,
        LifecycleHookName: hook,
        InstanceId,
        LifecycleActionResult: 'CONTINUE',
      });
    }
  }
}
