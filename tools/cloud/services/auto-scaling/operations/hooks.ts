import type { AutoScaling } from '@aws-sdk/client-auto-scaling';
import type { Operations } from '../../../kernel/index.ts';
import { validationError } from '../../../kernel/index.ts';
import type { Engine } from '../engine.ts';
import { putHook, result, transitions } from '../hooks.ts';
import type { ActionName } from '../lifecycle-actions.ts';

/** Lifecycle hooks, and the actions that instances wait for. */
export function hookOperations(engine: Engine) {
  return {
    PutLifecycleHook: (input) => {
      const group = engine.groups.get(input.AutoScalingGroupName);
      putHook(engine, group, { ...input, LifecycleHookName: input.LifecycleHookName ?? '' });
      return {};
    },
    DescribeLifecycleHooks: ({ AutoScalingGroupName, LifecycleHookNames: names = [] }) => {
      const hooks = [...engine.groups.get(AutoScalingGroupName).hooks.values()];
      const isAsked = (name: string) => names.length === 0 || names.includes(name);
      return { LifecycleHooks: hooks.filter(({ LifecycleHookName }) => isAsked(LifecycleHookName)) };
    },
    DescribeLifecycleHookTypes: () => ({ LifecycleHookTypes: [...transitions] }),
    DeleteLifecycleHook: ({ AutoScalingGroupName, LifecycleHookName = '' }) => {
      const group = engine.groups.get(AutoScalingGroupName);
      const hook = group.hooks.get(LifecycleHookName);
      if (hook === undefined)
        throw validationError(`No lifecycle hook found with name: ${LifecycleHookName}`);
      group.hooks.delete(LifecycleHookName);
      engine.lifecycleActions.hookDeleted(group, hook);
      return {};
    },
    RecordLifecycleActionHeartbeat: (input) => {
      engine.lifecycleActions.heartbeat(actionName(engine, input));
      return {};
    },
    CompleteLifecycleAction: (input) => {
      const outcome = result(input.LifecycleActionResult ?? '');
      engine.lifecycleActions.complete(actionName(engine, input), outcome);
      return {};
    },
  } satisfies Operations<AutoScaling>;
}

function actionName(
  engine: Engine,
  input: {
    AutoScalingGroupName: string | undefined;
    LifecycleHookName: string | undefined;
    LifecycleActionToken?: string | undefined;
    InstanceId?: string | undefined;
  },
): ActionName {
  if (input.LifecycleActionToken === undefined && input.InstanceId === undefined) {
    throw validationError('Either LifecycleActionToken or InstanceId must be specified.');
  }
  return {
    group: engine.groups.get(input.AutoScalingGroupName),
    hookName: input.LifecycleHookName ?? '',
    token: input.LifecycleActionToken,
    instanceId: input.InstanceId,
  };
}
