/** Worlds for tests of the scaling policy: a group of plain instances, and what a test says otherwise. */
import { MINUTE } from '../../shared/domain/index.ts';
import type {
  Activity,
  Decision,
  Fleet,
  Group,
  GroupInstance,
  ScalingPolicy,
} from '../../shared/domain/index.ts';
import type { Situation, TimedValue, World } from '../../shared/policy/scaling/index.ts';

export const NOW = Date.UTC(2026, 2, 2, 7, 0, 0);

export function instance(number: number, change: Partial<GroupInstance> = {}): GroupInstance {
  return {
    id: `i-${number.toString(16).padStart(17, '0')}`,
    zone: number % 2 === 0 ? 'eu-central-1a' : 'eu-central-1b',
    lifecycle: 'InService',
    isHealthy: true,
    isProtected: false,
    launchTemplateVersion: '1',
    ...change,
  };
}

export function instances(count: number, change: Partial<GroupInstance> = {}): GroupInstance[] {
  return Array.from({ length: count }, (_, index) => instance(index, change));
}

/** A group of `count` instances in service, two at least and twenty at most. */
export function group(count: number, change: Partial<Group> = {}): Group {
  return {
    name: 'web-group',
    arn: 'arn:aws:autoscaling:eu-central-1:123456789012:autoScalingGroup:1:autoScalingGroupName/web-group',
    min: 2,
    max: 20,
    desired: count,
    instances: instances(count),
    targetGroupArns: [
      'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web/0123456789abcdef',
    ],
    suspendedProcesses: [],
    tags: { 'evenkeel:fleet': 'web' },
    defaultWarmUp: 60,
    ...change,
  };
}

const scaling: ScalingPolicy = {
  signals: [{ name: 'requests', metric: 'alb-requests-per-target', target: 100 }],
  violations: 0.01,
  headroom: { atMost: 0.5 },
  tolerance: 0.1,
  stabilisation: { out: 0, in: 600 },
  cooldown: { out: 60, in: 300 },
  step: { out: 10, in: 1 },
};

export function fleet(change: Partial<ScalingPolicy> = {}, mode: Fleet['mode'] = 'active'): Fleet {
  return {
    name: 'web',
    adopt: { tag: { key: 'evenkeel:fleet', value: 'web' } },
    mode,
    scaling: { ...scaling, ...change },
    admission: { probe: { kind: 'none' }, within: 300, every: 10 },
    drain: {
      idle: [],
      confirm: 0,
      within: 900,
      every: 30,
      otherTargetGroups: 'deregister',
      unfinished: 'CONTINUE',
    },
  };
}

/** Values of the last minutes, the newest last: the minute that ended just before `NOW`. */
export function minutes(...values: readonly number[]): TimedValue[] {
  return values.map((value, index) => ({ at: NOW - (values.length - index) * MINUTE, value }));
}

/** The same value in each of the last twenty minutes. */
export function steady(value: number): TimedValue[] {
  return minutes(...Array.from({ length: 20 }, () => value));
}

export function world(count: number, requests: readonly TimedValue[], change: Partial<World> = {}): World {
  return {
    group: group(count),
    samples: new Map([['requests', requests]]),
    highAlarms: [],
    activities: [],
    isRefreshing: false,
    history: [],
    ...change,
  };
}

export function situation(observed: World, policy: Fleet = fleet()): Situation {
  return { world: observed, fleet: policy, now: NOW };
}

export function launch(number: number, endedAgo: number, change: Partial<Activity> = {}): Activity {
  return {
    id: `launch-${number}`,
    status: 'Successful',
    description: `Launching a new EC2 instance: ${instance(number).id}`,
    startedAt: NOW - endedAgo - MINUTE,
    endedAt: NOW - endedAgo,
    ...change,
  };
}

export function past(ago: number, change: Partial<Decision>): Decision {
  return {
    id: `decision-${ago}`,
    fleet: 'web',
    group: 'web-group',
    at: NOW - ago,
    action: 'hold',
    from: 4,
    to: 4,
    victims: [],
    reasons: [],
    isShadow: false,
    cause: 'test',
    inputs: {},
    ...change,
  };
}
