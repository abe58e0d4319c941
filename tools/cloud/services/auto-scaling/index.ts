import type { AutoScaling } from '@aws-sdk/client-auto-scaling';
import type { Instant, Kernel, Operations, Service } from '../../kernel/index.ts';
import { Activities } from './activities.ts';
import { converge } from './convergence.ts';
import type { Engine } from './engine.ts';
import { Groups } from './groups.ts';
import { checkHealth } from './health.ts';
import { isPending, isWarmed, moveTo } from './instances.ts';
import { launchInterrupted, onRunning } from './launching.ts';
import { LifecycleActions } from './lifecycle-actions.ts';
import type { Group, GroupInstance } from './model.ts';
import { tellLifecycleAction } from './notices.ts';
import { publishMetrics } from './metrics.ts';
import { accountOperations } from './operations/account.ts';
import { instanceOperations } from './operations/instances.ts';
import { metricOperations } from './operations/metrics.ts';
import { notificationOperations } from './operations/notifications.ts';
import { findPolicy, policyOperations } from './operations/policies.ts';
import { refreshOperations } from './operations/refreshes.ts';
import { processOperations } from './operations/processes.ts';
import { scheduledOperations } from './operations/scheduled.ts';
import { tagOperations } from './operations/tags.ts';
import { targetGroupOperations } from './operations/target-groups.ts';
import { warmPoolOperations } from './operations/warm-pool.ts';
import type { PolicyTrigger } from './policies.ts';
import { onAlarm } from './policies.ts';
import { activityOperations } from './operations/activities.ts';
import { capacityOperations } from './operations/capacity.ts';
import { describeGroupOperations } from './operations/describe-groups.ts';
import { groupOperations, removeIfEmpty } from './operations/groups.ts';
import { hookOperations } from './operations/hooks.ts';
import type { AutoScalingPorts } from './ports.ts';
import { rebalance } from './rebalancing.ts';
import { standing } from './standing.ts';
import { followRecommendations, retireAged } from './succession.ts';
import { onTerminated } from './terminating.ts';
import { onStopped } from './warm-pool/settling.ts';

export type { AutoScalingPorts } from './ports.ts';

export interface AutoScalingService extends Service {
  /** A group by name, for other services of the cloud. */
  group(name: string): Group | undefined;
  groups(): Iterable<Group>;
  /**
   * Executes a scaling policy as the action of an alarm does. One that is suspended or still cooling down does
   * nothing.
   *
   * @throws AwsError ValidationError where there is no such policy
   */
  onPolicyAction(policyArn: string, alarm: AlarmOfPolicy): void;
}

/** The alarm that calls for a policy; a step scaling policy needs the metric's value and the threshold. */
export type AlarmOfPolicy = Pick<PolicyTrigger, 'metricValue' | 'threshold'> & { readonly alarmName: string };

const SECOND = 1000;
/** AWS compares a group with its desired capacity within seconds of a change. */
const NOTICE = SECOND;
const HEALTH_CHECK = 30 * SECOND;
const REBALANCING = 300 * SECOND;

/** Amazon EC2 Auto Scaling: groups that keep their instances as many, as healthy and as spread as they should be. */
export function createAutoScaling(kernel: Kernel, on: AutoScalingPorts): AutoScalingService {
  const engine = createEngine(kernel, on);
  followInstances(engine);
  kernel.clock.every(HEALTH_CHECK, () => {
    for (const group of engine.groups.all()) {
      if (checkHealth(engine, group)) engine.wake(group);
      retireAged(engine, group);
    }
  });
  kernel.clock.every(REBALANCING, () => {
    for (const group of engine.groups.all()) rebalance(engine, group);
  });
  publishMetrics(engine);
  followRecommendations(engine);
  const operations = {
    ...groupOperations(engine),
    ...describeGroupOperations(engine),
    ...capacityOperations(engine),
    ...hookOperations(engine),
    ...activityOperations(engine),
    ...instanceOperations(engine),
    ...targetGroupOperations(engine),
    ...processOperations(engine),
    ...tagOperations(engine),
    ...notificationOperations(engine),
    ...metricOperations(engine),
    ...scheduledOperations(engine),
    ...policyOperations(engine),
    ...accountOperations(engine),
    ...refreshOperations(engine),
    ...warmPoolOperations(engine),
  } satisfies Operations<AutoScaling>;
  return {
    client: '@aws-sdk/client-auto-scaling',
    standing,
    operations,
    readsOfNow: () =>
      readsOf({
        ...engine,
        groups: engine.groups.copy(),
        activities: engine.activities.copy(),
      }),
    group: (name) => engine.groups.find(name),
    groups: () => engine.groups.all(),
    onPolicyAction: (policyArn, alarm) => {
      const { group, policy } = findPolicy(engine, undefined, policyArn);
      onAlarm(engine, group, policy, { ...alarm, honorsCooldown: true });
    },
  };
}

/** The operations that only look. */
function readsOf(engine: Engine) {
  const { DescribeInstanceRefreshes } = refreshOperations(engine);
  return { ...describeGroupOperations(engine), ...activityOperations(engine), DescribeInstanceRefreshes };
}

function createEngine(kernel: Kernel, on: AutoScalingPorts): Engine {
  const engine: Engine = {
    kernel,
    on,
    groups: new Groups(),
    activities: new Activities(kernel.clock, kernel.ids),
    lifecycleActions: new LifecycleActions(kernel, (group, hook, instance, token) =>
      tellLifecycleAction(engine, group, hook, instance, token),
    ),
    wake: waker(kernel, (group) => converge(engine, group)),
  };
  return engine;
}

/** Remembers the earliest pending comparison of each group. */
function waker(kernel: Kernel, compare: (group: Group) => void): Engine['wake'] {
  const pending = new Map<string, Instant>();
  return (group, at = kernel.clock.now() + NOTICE) => {
    const planned = pending.get(group.arn);
    if (planned !== undefined && planned <= at) return;
    pending.set(group.arn, at);
    kernel.clock.at(at, () => {
      if (pending.get(group.arn) !== at) return;
      pending.delete(group.arn);
      compare(group);
    });
  };
}

/** An instance that runs goes on to its hooks; one that ended lets go of its group, or failed to enter it. */
function followInstances(engine: Engine): void {
  engine.on.ec2.onStateChange(({ instance: { id }, to }) => {
    const found = engine.groups.findInstance(id);
    if (found === undefined) return;
    const { group, instance } = found;
    if (to === 'running') {
      if (instance.state === 'Pending' || instance.state === 'Warmed:Pending')
        onRunning(engine, group, instance);
    } else if (to === 'terminated' && instance.isEnding) {
      onTerminated(engine, group, instance);
      removeIfEmpty(engine, group);
    } else if (isWarmed(instance)) {
      if (to === 'stopped') onStopped(instance);
      else if (isGone(to) && !instance.isEnding) lostFromPool(engine, group, instance);
    } else if (to !== 'pending' && isPending(instance)) {
      launchInterrupted(engine, group, instance);
    }
  });
}

function isGone(state: string): boolean {
  return state === 'shutting-down' || state === 'terminated';
}

/** Someone has ended an instance that waited in the pool, or was on its way there. */
function lostFromPool(engine: Engine, group: Group, instance: GroupInstance): void {
  if (instance.activity !== undefined) {
    launchInterrupted(engine, group, instance);
    return;
  }
  moveTo(engine, group, instance, 'Warmed:Terminated');
  engine.groups.removeInstance(group, instance);
  engine.wake(group);
}
