import type { Pilot, PolicyFamily, Seen } from '../policy.ts';
import type { Setting } from '../setting.ts';
import { RecentHighest } from './recent-highest.ts';
import { utilisationKnob } from './utilisation.ts';

const TOLERANCE = 0.1;
/** The controller looks each 15 seconds, four times in a minute of the backtest. */
const SYNCS = 4;
/** In minutes: behavior.scaleDown.stabilizationWindowSeconds. */
const STABILISATION = 5;

/**
 * Kubernetes' Horizontal Pod Autoscaler (autoscaling/v2) on one resource metric, with the default behaviour:
 * ⌈ready · utilisation ÷ target⌉, nothing within ±10 %; when scaling up, pods that are not ready count as if they used
 * nothing, and nothing is done if the ratio then points the other way; up by no more than the double or by four pods in 15
 * seconds, whichever is more; down to the highest recommendation of the last 300 seconds.
 *
 * A pod is an instance here, which boots and drains like one: a HPA under which each node carries one pod. The metric is
 * as late as any other policy's.
 *
 * The knob is the target utilisation.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/
 * @see https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/podautoscaler/replica_calculator.go
 */
export const hpa: PolicyFamily = {
  name: 'hpa',
  knob: utilisationKnob(60),
  at: (position = 60) => ({
    name: 'hpa',
    start: (setting) => horizontalPodAutoscaler(setting, position / 100, () => 0),
  }),
};

/**
 * @param target share of an instance's capacity
 * @param floor  what another metric of the same autoscaler proposes: the highest proposal counts
 */
export function horizontalPodAutoscaler(
  { capacity }: Pick<Setting, 'capacity'>,
  target: number,
  floor: (seen: Seen) => number,
): Pilot {
  const window = new RecentHighest(STABILISATION);
  return {
    decide(seen) {
      const least = floor(seen);
      const ratio = seen.metric / capacity / target;
      let { desired } = seen;
      for (let sync = 0; sync < SYNCS; sync++) {
        const proposal = Math.max(proposed(seen.inService, desired, ratio), least);
        window.add(seen.minute, proposal);
        if (proposal > desired) desired = Math.min(proposal, Math.max(2 * desired, desired + 4));
        else if (proposal < desired) desired = Math.min(desired, window.highest(seen.minute));
      }
      return desired;
    },
  };
}

/** replica_calculator.go's calcPlainMetricReplicas. Without a metric nothing is proposed but what stands. */
function proposed(ready: number, replicas: number, ratio: number): number {
  if (Number.isNaN(ratio) || ready === 0) return replicas;
  const unready = Math.max(0, replicas - ready);
  if (ratio <= 1 || unready === 0) {
    return Math.abs(1 - ratio) <= TOLERANCE ? replicas : ceil(ratio * ready);
  }
  const diluted = (ratio * ready) / (ready + unready);
  if (diluted < 1 || Math.abs(1 - diluted) <= TOLERANCE) return replicas;
  return Math.max(replicas, ceil(diluted * (ready + unready)));
}

function ceil(value: number): number {
  return Math.ceil(value - 1e-9);
}
