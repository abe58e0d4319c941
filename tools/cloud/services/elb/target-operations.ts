import type {
  DescribeTargetHealthInput,
  ElasticLoadBalancingV2,
  RegisterTargetsInput,
  TargetDescription,
  TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError, type Clock, type Operations } from '../../kernel/index.ts';
import type { TargetHealthRecord } from './api.ts';
import type { TargetGroupRecord } from './target-group.ts';
import type { TargetGroups } from './target-groups.ts';
import type { Backends, TargetHealth } from './target-health.ts';
import type { Target } from './target.ts';

export interface TargetParts {
  readonly clock: Clock;
  readonly groups: TargetGroups;
  readonly health: TargetHealth;
  readonly backends: Backends;
}

export function targetOperations(parts: TargetParts) {
  const { groups, health } = parts;
  return {
    RegisterTargets: (input) => {
      const group = groups.get(input.TargetGroupArn);
      registerAll(parts, group, input);
      return {};
    },
    DeregisterTargets: (input) => {
      const group = groups.get(input.TargetGroupArn);
      for (const asked of input.Targets ?? []) {
        const target = targetNamed(group, asked);
        if (target !== undefined) health.deregister(group, target);
      }
      return {};
    },
    DescribeTargetHealth: (input) => describeHealth(parts, input),
  } satisfies Operations<ElasticLoadBalancingV2>;
}

/** The target with an id, on the group's own port unless another is named, as in all of AWS's operations. */
export function targetNamed(
  group: TargetGroupRecord,
  { Id = '', Port = group.settings.Port }: Partial<TargetDescription>,
): Target | undefined {
  return group.targets.get(`${Id}:${Port}`);
}

/** All registrations of an instance or address, whatever the port. */
export function registrationsOf(group: TargetGroupRecord, ids: readonly string[]): Target[] {
  return [...group.targets.values()].filter((target) => ids.includes(target.id));
}

/** Registers all targets, or none if one of them cannot be. */
function registerAll(parts: TargetParts, group: TargetGroupRecord, input: RegisterTargetsInput): void {
  const targets = input.Targets ?? [];
  for (const { Id } of targets) requireTarget(parts.backends, group, Id ?? '');
  for (const { Id = '', Port = group.settings.Port } of targets) parts.health.register(group, Id, Port);
}

/** @throws AwsError InvalidTargetException for an instance that does not run, or is elsewhere */
export function requireTarget(backends: Backends, group: TargetGroupRecord, id: string): void {
  if (group.settings.TargetType !== 'instance') {
    if (/^\d+\.\d+\.\d+\.\d+$/.test(id)) return;
    throw new AwsError('InvalidTargetException', `The IP address '${id}' is not a valid IPv4 address`);
  }
  const instance = backends.instance(id);
  if (instance === undefined)
    throw new AwsError('InvalidTargetException', `The following targets do not exist: '${id}'`);
  if (instance.vpcId !== group.settings.VpcId)
    throw new AwsError(
      'InvalidTargetException',
      `The following targets are not in the target group VPC '${group.settings.VpcId ?? ''}': '${id}'`,
    );
  if (instance.state !== 'running')
    throw new AwsError(
      'InvalidTargetException',
      `The following targets are not in a running state and cannot be registered: '${id}'`,
    );
}

function describeHealth(parts: TargetParts, input: DescribeTargetHealthInput) {
  const group = parts.groups.get(input.TargetGroupArn);
  const all = [...group.targets.values()].map((target) => describe(parts, group, target));
  const described = input.Targets?.length
    ? input.Targets.map((asked) => {
        const target = targetNamed(group, asked);
        return target === undefined ? notRegistered(asked) : describe(parts, group, target);
      })
    : all;
  return { TargetHealthDescriptions: described };
}

function notRegistered(asked: TargetDescription): TargetHealthDescription {
  return {
    Target: asked,
    TargetHealth: {
      State: 'unused',
      Reason: 'Target.NotRegistered',
      Description: 'Target is not registered to the target group',
    },
  };
}

function describe(parts: TargetParts, group: TargetGroupRecord, target: Target): TargetHealthDescription {
  const { id, port, state, reason, description } = recordOf(parts.clock, group, target);
  return {
    Target: { Id: id, Port: port },
    HealthCheckPort:
      group.settings.HealthCheckPort === 'traffic-port' ? String(port) : group.settings.HealthCheckPort,
    TargetHealth: {
      State: state,
      ...(reason === undefined ? {} : { Reason: reason as TargetReason, Description: description }),
    },
  };
}

type TargetReason = NonNullable<NonNullable<TargetHealthDescription['TargetHealth']>['Reason']>;

/** A target as it is now: once its first check is over, an initial one is no longer being registered. */
export function recordOf(clock: Clock, group: TargetGroupRecord, target: Target): TargetHealthRecord {
  const { id, port, healthySince, obstacle } = target;
  const base = { targetGroupArn: group.arn, id, port, healthySince, obstacle };
  const isChecked = clock.now() - target.registeredAt >= group.settings.HealthCheckIntervalSeconds * 1000;
  if (target.state === 'initial' && isChecked)
    return {
      ...base,
      state: 'initial',
      reason: 'Elb.InitialHealthChecking',
      description: 'Initial health checks in progress',
    };
  const { state = 'initial', reason, description } = target;
  return { ...base, state, reason, description };
}
