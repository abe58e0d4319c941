import type { Tag } from '@aws-sdk/client-cloudformation';
import type { Kernel } from '../../../kernel/index.ts';
import type { Apis } from '../providers/apis.ts';
import { TemplateError } from '../template/errors.ts';
import type { ResourceDeclaration } from '../template/template.ts';
import { resolveDynamic } from './dynamic-references.ts';
import type { Evaluation } from './evaluation.ts';
import { outputsOf } from './outputs.ts';
import { isSame } from './replacement.ts';
import type { Resources, Wanted } from './resources.ts';
import { isTaggable, needsReplacement, ResourceFailure } from './resources.ts';
import type { Stack, StackOutput, StackResource } from './stack.ts';

/** One thing that a deployment did to a stack's resources, so that it can be undone. */
type Step =
  | { readonly kind: 'created'; readonly resource: StackResource }
  | { readonly kind: 'updated'; readonly before: StackResource; readonly wanted: Wanted }
  | { readonly kind: 'replaced'; readonly before: StackResource; readonly after: StackResource };

/** What a deployment needs beside the stack and its template. */
export interface DeploymentTools {
  readonly kernel: Kernel;
  readonly api: Apis;
  readonly resources: Resources;
  /** The stack's own tags, as they are to be. */
  readonly tags: readonly Tag[];
}

/**
 * Brings a stack's resources to what a template asks for, in the order of their dependencies, remembering each
 * step. What is no longer needed is deleted by {@link cleanUp}, once everything else is in place.
 */
export class Deployment {
  readonly #stack: Stack;
  readonly #evaluation: Evaluation;
  readonly #tools: DeploymentTools;
  readonly #before: ReadonlyMap<string, StackResource>;
  readonly #steps: Step[] = [];

  constructor(stack: Stack, evaluation: Evaluation, tools: DeploymentTools) {
    this.#stack = stack;
    this.#evaluation = evaluation;
    this.#tools = tools;
    this.#before = new Map(stack.resources);
  }

  /**
   * @returns the stack's outputs
   * @throws ResourceFailure, TemplateError or AwsError; what was done until then stands
   */
  async run(): Promise<StackOutput[]> {
    const order = this.#evaluation.order();
    for (const logicalId of order) await this.#bring(logicalId);
    const outputs = outputsOf(this.#evaluation);
    const leaving = [...this.#before.keys()].filter((logicalId) => !order.includes(logicalId));
    this.#stack.resources = inOrder(this.#stack.resources, [...leaving, ...order]);
    return outputs;
  }

  /** Deletes what was replaced or is no longer declared. A failure is told in the events and left at that. */
  async cleanUp(): Promise<void> {
    const { resources } = this.#tools;
    const order = this.#evaluation.order();
    const replaced = this.#steps.flatMap((step) => (step.kind === 'replaced' ? [step.before] : []));
    const removed = [...this.#before.values()].filter((resource) => !order.includes(resource.logicalId));
    const obsolete = [...this.#before.values()].filter(
      (resource) => replaced.includes(resource) || removed.includes(resource),
    );
    for (const resource of obsolete.reverse()) {
      const isReplaced = replaced.includes(resource);
      const { declaration } = resource;
      const policy = isReplaced ? declaration.UpdateReplacePolicy : deletionPolicy(declaration);
      if (isRetained(policy)) resources.skip(resource);
      else await attempt(() => resources.delete(resource, policy));
      if (!isReplaced) this.#stack.resources.delete(resource.logicalId);
    }
  }

  /**
   * Takes back every step, the last one first.
   *
   * @throws ResourceFailure when one cannot be taken back
   */
  async undo(): Promise<void> {
    const { resources } = this.#tools;
    for (const step of this.#steps.splice(0).reverse()) {
      if (step.kind === 'updated') {
        const after = { ...step.before, ...step.wanted };
        const restored = await resources.update(after, step.before);
        this.#stack.resources.set(restored.logicalId, restored);
        continue;
      }
      const gone = step.kind === 'created' ? step.resource : step.after;
      if (gone.declaration.DeletionPolicy === 'Retain' && step.kind === 'created') resources.skip(gone);
      else await resources.delete(gone);
      this.#stack.resources.delete(gone.logicalId);
    }
    this.#stack.resources = new Map(this.#before);
  }

  async #bring(logicalId: string): Promise<void> {
    const wanted = await this.#wanted(logicalId);
    const before = this.#before.get(logicalId);
    if (before === undefined) return this.#create(wanted);
    if (before.type !== wanted.declaration.Type) {
      throw this.#refused(before, 'Update of resource type is not permitted.');
    }
    const isUnchanged =
      isSame(before.properties, wanted.properties) &&
      isSame(before.declaration.UpdatePolicy, wanted.declaration.UpdatePolicy) &&
      (isSame(this.#tools.tags, this.#stack.target?.tags ?? []) || !isTaggable(before.type));
    if (isUnchanged) {
      this.#stack.resources.set(logicalId, { ...before, declaration: wanted.declaration });
      return;
    }
    if (this.#needsReplacement(before, wanted)) return this.#replace(before, wanted);
    // The step is noted first: an update that fails half-way has to be taken back as well.
    this.#steps.push({ kind: 'updated', before, wanted });
    this.#stack.resources.set(logicalId, await this.#tools.resources.update(before, wanted));
  }

  async #wanted(logicalId: string): Promise<Wanted> {
    const declaration = this.#evaluation.template.Resources[logicalId];
    if (declaration === undefined) throw new TemplateError(`Template has no resource ${logicalId}`);
    try {
      const properties = this.#evaluation.properties(logicalId);
      const resolved = (await resolveDynamic(properties, this.#tools.api)) as Record<string, unknown>;
      return { logicalId, declaration, properties: resolved };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw this.#refused({ logicalId, type: declaration.Type, physicalId: '' }, reason);
    }
  }

  async #create(wanted: Wanted): Promise<void> {
    let announced: StackResource | undefined;
    try {
      const resource = await this.#tools.resources.create(wanted, (existing) => (announced = existing));
      this.#steps.push({ kind: 'created', resource });
      this.#stack.resources.set(wanted.logicalId, resource);
    } catch (error) {
      if (announced !== undefined) {
        this.#steps.push({ kind: 'created', resource: announced });
        this.#stack.resources.set(wanted.logicalId, announced);
      }
      throw error;
    }
  }

  async #replace(before: StackResource, wanted: Wanted): Promise<void> {
    this.#stack.setResourceStatus(
      before,
      'UPDATE_IN_PROGRESS',
      'Requested update requires the creation of a new physical resource; hence creating one.',
    );
    let announced: StackResource | undefined;
    try {
      const after = await this.#tools.resources.create(wanted, (existing) => (announced = existing));
      this.#steps.push({ kind: 'replaced', before, after });
      this.#stack.resources.set(wanted.logicalId, after);
    } catch (error) {
      if (announced !== undefined) this.#steps.push({ kind: 'replaced', before, after: announced });
      throw error;
    }
  }

  #needsReplacement(before: StackResource, wanted: Wanted): boolean {
    try {
      return needsReplacement(before, wanted);
    } catch (error) {
      throw this.#refused(before, error instanceof Error ? error.message : String(error));
    }
  }

  #refused(resource: Pick<StackResource, 'logicalId' | 'type' | 'physicalId'>, reason: string): Error {
    const status = this.#before.has(resource.logicalId) ? 'UPDATE_FAILED' : 'CREATE_FAILED';
    this.#stack.setResourceStatus(resource, status, reason);
    return new ResourceFailure(resource.logicalId, reason);
  }
}

/** Databases are the one kind of resource that is not simply deleted where its template says nothing of it. */
export function deletionPolicy({
  Type: type,
  DeletionPolicy: policy,
}: ResourceDeclaration): string | undefined {
  return policy ?? (type === 'AWS::RDS::DBInstance' ? 'Snapshot' : undefined);
}

export function isRetained(policy: string | undefined): boolean {
  return policy === 'Retain' || policy === 'RetainExceptOnCreate';
}

async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ResourceFailure)) throw error;
  }
}

function inOrder<T>(entries: ReadonlyMap<string, T>, order: readonly string[]): Map<string, T> {
  return new Map(
    order.flatMap((name) => {
      const entry = entries.get(name);
      return entry === undefined ? [] : [[name, entry] as const];
    }),
  );
}
