import type { OnFailure } from '@aws-sdk/client-cloudformation';
import type { Kernel } from '../../../kernel/index.ts';
import { validationError } from '../../../kernel/index.ts';
import type { Apis } from '../providers/apis.ts';
import { TemplateError } from '../template/errors.ts';
import { deletionPolicy, Deployment, isRetained } from './deployment.ts';
import { Evaluation } from './evaluation.ts';
import { OperationTime } from './operation-time.ts';
import { Resources, ResourceFailure } from './resources.ts';
import type { Stack, StackOutput, Target } from './stack.ts';
import type { Stacks } from './stacks.ts';

/** Runs stack operations from their first event to their last, on the cloud's clock. */
export class Runs {
  readonly #kernel: Kernel;
  readonly #stacks: Stacks;

  constructor(kernel: Kernel, stacks: Stacks) {
    this.#kernel = kernel;
    this.#stacks = stacks;
  }

  create(stack: Stack, target: Target, api: Apis, onFailure: OnFailure): void {
    stack.setStatus('CREATE_IN_PROGRESS', 'User Initiated');
    this.#start(stack, target, api, async (deployment, resources) => {
      const failure = await this.#deploy(stack, target, deployment);
      if (failure === undefined) stack.setStatus('CREATE_COMPLETE');
      else if (onFailure === 'DO_NOTHING') stack.setStatus('CREATE_FAILED', failure);
      else {
        await rollBackCreation(stack, deployment, failure);
        if (onFailure === 'DELETE') await this.#delete(stack, resources, []);
      }
    });
  }

  update(stack: Stack, target: Target, api: Apis): void {
    stack.updatedAt = this.#kernel.clock.now();
    stack.setStatus('UPDATE_IN_PROGRESS', 'User Initiated');
    this.#start(stack, target, api, async (deployment) => {
      const failure = await this.#deploy(stack, target, deployment);
      if (failure === undefined) {
        stack.setStatus('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
        await deployment.cleanUp();
        stack.setStatus('UPDATE_COMPLETE');
      } else if (stack.isRollbackDisabled) stack.setStatus('UPDATE_FAILED', failure);
      else await rollBackUpdate(stack, deployment, failure);
    });
  }

  /** @param retained  logical ids to leave alone, for a stack whose deletion failed before */
  delete(stack: Stack, api: Apis, retained: readonly string[]): void {
    stack.setStatus('DELETE_IN_PROGRESS', 'User Initiated');
    const time = new OperationTime(this.#kernel.clock);
    const resources = new Resources(this.#kernel, stack, api, time, stack.target?.tags ?? []);
    void this.#delete(stack, resources, retained).finally(() => time.end());
  }

  #start(
    stack: Stack,
    target: Target,
    api: Apis,
    work: (deployment: Deployment, resources: Resources) => Promise<void>,
  ): void {
    const time = new OperationTime(this.#kernel.clock);
    const resources = new Resources(this.#kernel, stack, api, time, target.tags);
    const evaluation = this.evaluate(stack, target);
    const deployment = new Deployment(stack, evaluation, {
      kernel: this.#kernel,
      api,
      resources,
      tags: target.tags,
    });
    void work(deployment, resources).finally(() => time.end());
  }

  /** A stack's template, evaluated against the resources that the stack has. */
  evaluate(
    stack: Pick<Stack, 'name' | 'id' | 'resources'>,
    target: Target,
    imports?: Set<string>,
  ): Evaluation {
    return new Evaluation({
      kernel: this.#kernel,
      stackName: stack.name,
      stackId: stack.id,
      template: target.template,
      parameters: target.parameters,
      notificationArns: target.notificationArns,
      resource: (logicalId) => stack.resources.get(logicalId),
      importValue: (name) => {
        const exported = this.#stacks.exports().get(name);
        if (exported === undefined) throw new TemplateError(`No export named ${name} found.`);
        imports?.add(name);
        return exported.value;
      },
    });
  }

  /** Runs a deployment; the reason why it failed, if it did. */
  async #deploy(stack: Stack, target: Target, deployment: Deployment): Promise<string | undefined> {
    try {
      const outputs = await deployment.run();
      this.#checkExports(stack, outputs);
      stack.outputs = outputs;
      stack.target = target;
      stack.imports = this.#importsOf(stack, target);
      return undefined;
    } catch (error) {
      if (error instanceof ResourceFailure) {
        const action = stack.status === 'CREATE_IN_PROGRESS' ? 'create' : 'update';
        return `The following resource(s) failed to ${action}: [${error.logicalId}].`;
      }
      return error instanceof Error ? error.message : String(error);
    }
  }

  #importsOf(stack: Stack, target: Target): Set<string> {
    const imports = new Set<string>();
    const evaluation = this.evaluate(stack, target, imports);
    for (const logicalId of evaluation.order()) evaluation.properties(logicalId);
    return imports;
  }

  #checkExports(stack: Stack, outputs: readonly StackOutput[]): void {
    const exports = this.#stacks.exports();
    for (const { ExportName: name } of outputs) {
      const owner = name === undefined ? undefined : exports.get(name)?.stack;
      if (owner === undefined || owner === stack) continue;
      throw new TemplateError(`Export with name ${name ?? ''} is already exported by stack ${owner.name}`);
    }
    const kept = new Set(outputs.map((output) => output.ExportName));
    for (const { ExportName: name } of stack.outputs) {
      if (name !== undefined && !kept.has(name)) this.checkNotImported(name);
    }
  }

  /** @throws AwsError ValidationError when another stack uses the export */
  checkNotImported(exportName: string): void {
    const [importer] = this.#stacks.importersOf(exportName);
    if (importer === undefined) return;
    throw validationError(`Export ${exportName} cannot be deleted as it is in use by ${importer.name}`);
  }

  async #delete(stack: Stack, resources: Resources, retained: readonly string[]): Promise<void> {
    const failed: string[] = [];
    for (const resource of [...stack.resources.values()].reverse()) {
      const policy = deletionPolicy(resource.declaration);
      const isKept = isRetained(policy) || retained.includes(resource.logicalId);
      const isGone = isKept || (await succeeds(() => resources.delete(resource, policy)));
      if (isKept) resources.skip(resource);
      if (isGone) stack.resources.delete(resource.logicalId);
      else failed.push(resource.logicalId);
    }
    if (failed.length > 0) {
      const reason = `The following resource(s) failed to delete: [${failed.join(', ')}].`;
      stack.setStatus('DELETE_FAILED', reason);
      return;
    }
    stack.outputs = [];
    stack.imports.clear();
    stack.deletedAt = this.#kernel.clock.now();
    stack.setStatus('DELETE_COMPLETE');
  }
}

async function rollBackCreation(stack: Stack, deployment: Deployment, failure: string): Promise<void> {
  stack.setStatus('ROLLBACK_IN_PROGRESS', `${failure} Rollback requested by user.`);
  const isUndone = await succeeds(() => deployment.undo());
  stack.setStatus(isUndone ? 'ROLLBACK_COMPLETE' : 'ROLLBACK_FAILED');
}

async function rollBackUpdate(stack: Stack, deployment: Deployment, failure: string): Promise<void> {
  stack.setStatus('UPDATE_ROLLBACK_IN_PROGRESS', failure);
  const isUndone = await succeeds(() => deployment.undo());
  if (!isUndone) {
    stack.setStatus('UPDATE_ROLLBACK_FAILED');
    return;
  }
  stack.setStatus('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
  stack.setStatus('UPDATE_ROLLBACK_COMPLETE');
}

async function succeeds(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof ResourceFailure) return false;
    throw error;
  }
}
