import type { CloudFormation } from '@aws-sdk/client-cloudformation';
import type { Operations } from '../../../kernel/index.ts';
import { validationError } from '../../../kernel/index.ts';
import { previewChanges } from '../engine/change-set.ts';
import type { Engine } from '../engine/engine.ts';
import { isSame } from '../engine/replacement.ts';
import type { Stack, Target } from '../engine/stack.ts';

/** Creating, changing and deleting stacks directly, without a change set. */
export function stackOperations(engine: Engine) {
  const { stacks, runs } = engine;
  return {
    CreateStack: async (input, call) => {
      const name = input.StackName ?? '';
      stacks.checkNameIsFree(name);
      const api = engine.api(call);
      const target = await engine.target(input, { name, id: name, resources: new Map() }, undefined, api);
      const stack = stacks.add(name);
      stack.isProtected = input.EnableTerminationProtection ?? false;
      stack.isRollbackDisabled = input.DisableRollback ?? false;
      stack.policy = input.StackPolicyBody;
      stack.target = target;
      const onFailure = input.OnFailure ?? (input.DisableRollback === true ? 'DO_NOTHING' : 'ROLLBACK');
      runs.create(stack, target, api, onFailure);
      return { StackId: stack.id };
    },
    UpdateStack: async (input, call) => {
      const stack = stacks.get(input.StackName);
      checkUpdatable(stack);
      const api = engine.api(call);
      const target = await engine.target(input, stack, stack.target, api);
      if (!isChange(engine, stack, target)) throw validationError('No updates are to be performed.');
      stack.isRollbackDisabled = input.DisableRollback ?? stack.isRollbackDisabled;
      runs.update(stack, target, api);
      return { StackId: stack.id };
    },
    DeleteStack: (input, call) => {
      const stack = stacks.find(input.StackName);
      // Deleting what is not there is no error.
      if (stack === undefined || stack.status === 'DELETE_COMPLETE') return {};
      checkDeletable(engine, stack);
      runs.delete(stack, engine.api(call), input.RetainResources ?? []);
      return {};
    },
    UpdateTerminationProtection: (input) => {
      const stack = stacks.get(input.StackName);
      stack.isProtected = input.EnableTerminationProtection ?? false;
      return { StackId: stack.id };
    },
    SetStackPolicy: (input) => {
      stacks.get(input.StackName).policy = input.StackPolicyBody;
      return {};
    },
    GetStackPolicy: (input) => {
      const { policy } = stacks.get(input.StackName);
      return policy === undefined ? {} : { StackPolicyBody: policy };
    },
  } satisfies Operations<CloudFormation>;
}

/** Whether an update would do anything: to resources, outputs, or the stack's own tags. */
export function isChange(engine: Engine, stack: Stack, target: Target): boolean {
  const before = stack.target;
  if (before === undefined) return true;
  const isSameStack =
    isSame(before.tags, target.tags) &&
    isSame(before.notificationArns, target.notificationArns) &&
    isSame(before.template, target.template) &&
    isSame([...before.parameters], [...target.parameters]);
  if (isSameStack) return false;
  return (
    !isSame(before.tags, target.tags) ||
    !isSame(before.template.Outputs, target.template.Outputs) ||
    !isSame(withoutProperties(before), withoutProperties(target)) ||
    previewChanges(stack.resources, engine.preview(stack, target)).length > 0
  );
}

/** What a template says of its resources beside their properties: policies, dependencies, metadata. */
function withoutProperties({ template }: Target): unknown {
  return Object.entries(template.Resources).map(([name, { Properties: _properties, ...rest }]) => [
    name,
    rest,
  ]);
}

/** @throws AwsError ValidationError while the stack is in no state to be updated */
export function checkUpdatable(stack: Stack): void {
  const updatable = [
    'CREATE_COMPLETE',
    'UPDATE_COMPLETE',
    'UPDATE_ROLLBACK_COMPLETE',
    'IMPORT_COMPLETE',
    'UPDATE_FAILED',
    'CREATE_FAILED',
  ];
  if (updatable.includes(stack.status)) return;
  throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
}

function checkDeletable({ runs }: Engine, stack: Stack): void {
  if (stack.isProtected) {
    throw validationError(`Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`);
  }
  if (stack.isBusy) {
    throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not be deleted.`);
  }
  for (const { ExportName: name } of stack.outputs) if (name !== undefined) runs.checkNotImported(name);
}
