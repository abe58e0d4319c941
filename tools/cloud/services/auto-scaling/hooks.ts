import type { LifecycleHookSpecification, PutLifecycleHookCommandInput } from '@aws-sdk/client-auto-scaling';
import { validationError } from '../../kernel/index.ts';
import type { Engine } from './engine.ts';
import { QUOTAS, requireWithin } from './limits.ts';
import type { Group, Hook, Transition } from './model.ts';
import { sendTestNotification } from './notices.ts';

export const transitions: readonly Transition[] = [
  'autoscaling:EC2_INSTANCE_LAUNCHING',
  'autoscaling:EC2_INSTANCE_TERMINATING',
];

const TWO_DAYS = 172_800;

type Specification = Partial<LifecycleHookSpecification> &
  Pick<PutLifecycleHookCommandInput, 'LifecycleTransition'> & { readonly LifecycleHookName: string };

/**
 * Creates a hook or changes the named parts of one.
 *
 * @throws AwsError ValidationError, LimitExceededFault
 */
export function putHook(engine: Engine, group: Group, specification: Specification): void {
  const existing = group.hooks.get(specification.LifecycleHookName);
  const hook = checkedHook(group, specification, existing);
  if (existing === undefined) requireWithin(QUOTAS.hooks, group.hooks.size + 1, 'lifecycle hooks per group');
  group.hooks.set(hook.LifecycleHookName, hook);
  const target = hook.NotificationTargetARN;
  const isNewTarget = target !== existing?.NotificationTargetARN;
  if (isNewTarget && target !== undefined && target !== '') sendTestNotification(engine, group, target);
}

function checkedHook(group: Group, specification: Specification, existing: Hook | undefined): Hook {
  const name = specification.LifecycleHookName;
  if (!/^[A-Za-z0-9\-_/]{1,255}$/.test(name)) {
    throw validationError(
      `1 validation error detected: Value '${name}' at 'lifecycleHookName' failed to satisfy constraint: Member must satisfy regular expression pattern: [A-Za-z0-9\\-_\\/]+`,
    );
  }
  const timeout = specification.HeartbeatTimeout ?? existing?.HeartbeatTimeout ?? 3600;
  if (timeout < 30 || timeout > 7200) {
    throw validationError('Lifecycle Hook heartbeat timeout must be between 30 and 7200 seconds');
  }
  return {
    LifecycleHookName: name,
    AutoScalingGroupName: group.name,
    LifecycleTransition: transition(specification.LifecycleTransition ?? existing?.LifecycleTransition),
    NotificationTargetARN: specification.NotificationTargetARN ?? existing?.NotificationTargetARN,
    RoleARN: specification.RoleARN ?? existing?.RoleARN,
    NotificationMetadata: specification.NotificationMetadata ?? existing?.NotificationMetadata,
    HeartbeatTimeout: timeout,
    GlobalTimeout: Math.min(TWO_DAYS, 100 * timeout),
    DefaultResult: result(specification.DefaultResult ?? existing?.DefaultResult ?? 'ABANDON'),
  };
}

function transition(name: string | undefined): Transition {
  const known = transitions.find((candidate) => candidate === name);
  if (known === undefined) {
    throw validationError(
      `Invalid Lifecycle Transition ${name ?? 'null'}, Please specify one of ${transitions.join(', ')}`,
    );
  }
  return known;
}

/** @throws AwsError ValidationError for anything but CONTINUE and ABANDON */
export function result(value: string): 'CONTINUE' | 'ABANDON' {
  if (value === 'CONTINUE' || value === 'ABANDON') return value;
  throw validationError(`Invalid Lifecycle Action Result ${value}, Please specify one of CONTINUE, ABANDON`);
}
