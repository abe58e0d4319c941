import type { LifecycleState } from '@aws-sdk/client-auto-scaling';
import type { Engine } from './engine.ts';
import { capacityOf } from './instances.ts';
import type { Group } from './model.ts';
import { wantedPoolSize } from './warm-pool/model.ts';

type Measure = (group: Group) => number;

/** Instances of the group in some states, and their capacity: the sum of their weights. */
function inStates(isCounted: (state: LifecycleState) => boolean): { instances: Measure; capacity: Measure } {
  const counted = ({ instances }: Group) => [...instances.values()].filter(({ state }) => isCounted(state));
  return { instances: (group) => counted(group).length, capacity: (group) => capacityOf(counted(group)) };
}

const inService = inStates((state) => state === 'InService');
const pending = inStates((state) => state.startsWith('Pending'));
const standby = inStates((state) => state === 'Standby');
const retained = inStates((state) => state === 'Terminating:Retained');
const terminating = inStates((state) => state.startsWith('Terminating') && state !== 'Terminating:Retained');
const total = inStates(() => true);

function warmedIn(isCounted: (state: LifecycleState) => boolean): Measure {
  return ({ warmed }) => [...warmed.values()].filter(({ state }) => isCounted(state)).length;
}

/**
 * The group metrics, under AWS's names.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-metrics.html
 */
const MEASURES: ReadonlyMap<string, Measure> = new Map<string, Measure>([
  ['GroupMinSize', ({ min }) => min],
  ['GroupMaxSize', ({ max }) => max],
  ['GroupDesiredCapacity', ({ desired }) => desired],
  ['GroupInServiceInstances', inService.instances],
  ['GroupPendingInstances', pending.instances],
  ['GroupStandbyInstances', standby.instances],
  ['GroupTerminatingInstances', terminating.instances],
  ['GroupTerminatingRetainedInstances', retained.instances],
  ['GroupTotalInstances', total.instances],
  ['GroupInServiceCapacity', inService.capacity],
  ['GroupPendingCapacity', pending.capacity],
  ['GroupStandbyCapacity', standby.capacity],
  ['GroupTerminatingCapacity', terminating.capacity],
  ['GroupTerminatingRetainedCapacity', retained.capacity],
  ['GroupTotalCapacity', total.capacity],
  ['WarmPoolMinSize', ({ warmPool }) => warmPool?.min ?? 0],
  ['WarmPoolDesiredCapacity', wantedPoolSize],
  ['WarmPoolWarmedCapacity', warmedIn((state) => /^Warmed:(Stopped|Running|Hibernated)$/.test(state))],
  ['WarmPoolPendingCapacity', warmedIn((state) => state.startsWith('Warmed:Pending'))],
  ['WarmPoolTerminatingCapacity', warmedIn((state) => /^Warmed:Terminating(:(Wait|Proceed))?$/.test(state))],
  ['WarmPoolTerminatingRetainedCapacity', warmedIn((state) => state === 'Warmed:Terminating:Retained')],
  ['WarmPoolTotalCapacity', ({ warmed }) => warmed.size],
  ['GroupAndWarmPoolDesiredCapacity', (group) => group.desired + wantedPoolSize(group)],
  ['GroupAndWarmPoolTotalCapacity', (group) => total.capacity(group) + group.warmed.size],
]);

export const groupMetrics: readonly string[] = [...MEASURES.keys()];

const MINUTE = 60_000;

/** Puts the enabled metrics of every group, once a minute. */
export function publishMetrics(engine: Engine): void {
  const { clock } = engine.kernel;
  // One object for each group: the sink remembers it.
  const dimensionsOf = new WeakMap<Group, Readonly<Record<string, string>>>();
  clock.every(MINUTE, () => {
    for (const group of engine.groups.all()) {
      if (group.metrics.size === 0) continue;
      const dimensions = dimensionsOf.get(group) ?? { AutoScalingGroupName: group.name };
      dimensionsOf.set(group, dimensions);
      putMetrics(engine, group, dimensions);
    }
  });
}

function putMetrics(engine: Engine, group: Group, dimensions: Readonly<Record<string, string>>): void {
  const now = engine.kernel.clock.now();
  for (const name of group.metrics) {
    const value = MEASURES.get(name)?.(group);
    if (value === undefined) continue;
    const sample = { sum: value, count: 1, min: value, max: value };
    engine.on.metrics.put('AWS/AutoScaling', name, dimensions, now, sample);
  }
}
