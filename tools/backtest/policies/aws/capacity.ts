import type { Seconds } from '../../../../shared/domain/index.ts';
import type { Seen } from '../../policy.ts';
import type { Setting } from '../../setting.ts';

/** What step scaling and target tracking reckon with. */
export interface Capacity {
  /**
   * For scaling out: "we do not consider instances that are warming up as part of the current capacity of the group".
   */
  readonly ready: number;
  /** For scaling in: "we consider instances that are terminating as part of the current capacity of the group". */
  readonly current: number;
  /** "A scale-in activity can't start while a scale-out activity is in progress": nor while anything warms up. */
  readonly isScalingOut: boolean;
}

/**
 * Counts capacity as Auto Scaling does for step scaling and target tracking. Instances come into service when they have
 * booted, as behind a launch hook; from then on they warm up until a datapoint shows the load as they share it, so that
 * no breach is answered twice. It is the warm-up that a careful owner would set.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-default-instance-warmup.html
 *
 * @returns to be asked at each decision
 */
export function capacityCounter({ lag, period }: Pick<Setting, 'lag' | 'period'>): (seen: Seen) => Capacity {
  const warmup = Math.ceil(warmupSeconds(lag) / period);
  // How many came into service before each of the last decisions.
  const arrivals = new Array<number>(warmup).fill(0);
  let next = 0;
  let before = Infinity;
  let warming = 0;
  return ({ inService, booting, draining, desired }) => {
    const arrived = Math.max(0, inService - before);
    before = inService;
    warming += arrived - (arrivals[next] ?? 0);
    arrivals[next] = arrived;
    next = (next + 1) % warmup;
    return {
      ready: desired - booting - warming,
      current: desired + draining,
      isScalingOut: booting + warming > 0,
    };
  };
}

/** From an instance's coming into service until the metric of a whole minute with it can be read. */
export function warmupSeconds(lag: Seconds): Seconds {
  return Math.ceil(lag / 60) * 60 + 60;
}
