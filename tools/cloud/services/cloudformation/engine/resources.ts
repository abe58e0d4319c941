import type { Tag } from '@aws-sdk/client-cloudformation';
import type { Kernel } from '../../../kernel/index.ts';
import { AwsError } from '../../../kernel/index.ts';
import type { Apis } from '../providers/apis.ts';
import { providers } from '../providers/index.ts';
import type { Made, ProviderContext, ResourceTag } from '../providers/provider.ts';
import { attributeText, mergedTags } from '../providers/provider.ts';
import { tagChange } from '../providers/tagging.ts';
import { conform, PropertyError } from '../schema/conform.ts';
import type { ResourceModel } from '../schema/index.ts';
import { resourceModel } from '../schema/index.ts';
import type { TypeName } from '../schema/type-names.ts';
import { TemplateError } from '../template/errors.ts';
import type { ResourceDeclaration } from '../template/template.ts';
import type { OperationTime } from './operation-time.ts';
import { changedProperties } from './replacement.ts';
import type { Properties, Stack, StackResource } from './stack.ts';

/** How often, and how long at most, the engine looks whether a service is done. */
const POLL = 1_000;
const LONGEST_WAIT = 3_600_000;

/** What one resource takes at least, so that a stack's events have an order in time. */
const LEAST_TIME = 1_000;

const UNNAMED_LENGTH = 12;

/** A resource could not be made, changed or deleted; the stack's event has said so. */
export class ResourceFailure extends Error {
  readonly logicalId: string;

  constructor(logicalId: string, reason: string) {
    super(reason);
    this.logicalId = logicalId;
  }
}

/** A resource to be made: its declaration and evaluated properties. */
export interface Wanted {
  readonly logicalId: string;
  readonly declaration: ResourceDeclaration;
  readonly properties: Properties;
}

/** Makes, changes and deletes single resources of a stack, telling each step in the stack's events. */
export class Resources {
  readonly #kernel: Kernel;
  readonly #stack: Stack;
  readonly #api: Apis;
  readonly #time: OperationTime;
  readonly #tags: readonly Tag[];

  /** @param tags  the stack's own tags, as they are to be */
  constructor(kernel: Kernel, stack: Stack, api: Apis, time: OperationTime, tags: readonly Tag[]) {
    this.#kernel = kernel;
    this.#stack = stack;
    this.#api = api;
    this.#time = time;
    this.#tags = tags;
  }

  /**
   * @param announced  told of the resource as soon as it exists, even if a later step of its making fails
   * @throws ResourceFailure
   */
  async create(wanted: Wanted, announced: (resource: StackResource) => void): Promise<StackResource> {
    const { logicalId, declaration } = wanted;
    const type = declaration.Type;
    this.#stack.setResourceStatus({ logicalId, type, physicalId: '' }, 'CREATE_IN_PROGRESS');
    let physicalId = '';
    const announce = (id: string) => {
      if (physicalId !== '') return;
      physicalId = id;
      announced(this.#resource(wanted, { id }));
      this.#stack.setResourceStatus(
        { logicalId, type, physicalId },
        'CREATE_IN_PROGRESS',
        'Resource creation Initiated',
      );
    };
    return this.#attempt({ logicalId, type, physicalId: () => physicalId }, 'CREATE', async () => {
      checkPolicies(declaration);
      const context = this.#context(logicalId, declaration, announce);
      const made = await providers[type as TypeName].create(conformed(wanted), context);
      announce(made.id);
      return this.#resource(wanted, made);
    });
  }

  /** @throws ResourceFailure */
  async update(before: StackResource, wanted: Wanted): Promise<StackResource> {
    const { logicalId, declaration } = wanted;
    const { type, physicalId } = before;
    this.#stack.setResourceStatus(before, 'UPDATE_IN_PROGRESS');
    return this.#attempt({ logicalId, type, physicalId: () => physicalId }, 'UPDATE', async () => {
      checkPolicies(declaration);
      const context = this.#context(logicalId, declaration, () => undefined);
      const { update } = boundProvider(type);
      const kept = { id: physicalId, ref: String(before.ref), attributes: before.attributes };
      const made = await update?.(physicalId, conformed(wanted), conformed(before), context);
      await this.#retag(before, wanted, context);
      return this.#resource(wanted, made ?? kept);
    });
  }

  /**
   * @param policy  what its template says of its end; without one it goes with all that it holds
   * @throws ResourceFailure
   */
  async delete(resource: StackResource, policy?: string): Promise<void> {
    const { logicalId, type, physicalId, declaration } = resource;
    this.#stack.setResourceStatus(resource, 'DELETE_IN_PROGRESS');
    await this.#attempt({ logicalId, type, physicalId: () => physicalId }, 'DELETE', async () => {
      const context = {
        ...this.#context(logicalId, declaration, () => undefined),
        takesSnapshot: policy === 'Snapshot',
      };
      await providers[type as TypeName].delete(physicalId, conformed(resource), context);
    });
  }

  /** Leaves a resource alone, as its deletion policy says. */
  skip(resource: StackResource): void {
    this.#stack.setResourceStatus(resource, 'DELETE_SKIPPED');
  }

  async #retag(before: StackResource, wanted: Wanted, context: ProviderContext): Promise<void> {
    const { retag } = providers[before.type as TypeName];
    const change = tagChange(
      this.#tagsOf(before, this.#stack.target?.tags ?? []),
      this.#tagsOf(wanted, this.#tags),
    );
    if (retag === undefined || change === undefined) return;
    const arn = before.attributes['Arn'];
    await retag({ id: before.physicalId, arn: typeof arn === 'string' ? arn : '' }, change, context);
  }

  #tagsOf({ properties, declaration }: Wanted, stackTags: readonly Tag[]): ResourceTag[] {
    const { Tags: tags } = conformed({ logicalId: '', declaration, properties }) as { Tags?: unknown };
    const own = Array.isArray(tags) ? (tags as Tag[]) : Object.entries(tags ?? {}).map(asTag);
    return mergedTags(own, { tags: stackTags.map(({ Key = '', Value = '' }) => ({ Key, Value })) });
  }

  async #attempt<T>(
    { logicalId, type, physicalId }: { logicalId: string; type: string; physicalId: () => string },
    action: 'CREATE' | 'UPDATE' | 'DELETE',
    work: () => Promise<T>,
  ): Promise<T> {
    try {
      const result = await work();
      await this.#time.sleep(LEAST_TIME);
      this.#stack.setResourceStatus({ logicalId, type, physicalId: physicalId() }, `${action}_COMPLETE`);
      return result;
    } catch (error) {
      const reason = reasonOf(error, logicalId);
      this.#stack.setResourceStatus(
        { logicalId, type, physicalId: physicalId() },
        `${action}_FAILED`,
        reason,
      );
      throw new ResourceFailure(logicalId, reason);
    }
  }

  #resource({ logicalId, declaration, properties }: Wanted, made: Made): StackResource {
    return {
      logicalId,
      declaration,
      properties,
      type: declaration.Type,
      physicalId: made.id,
      ref: made.ref ?? made.id,
      attributes: made.attributes ?? {},
    };
  }

  #context(
    logicalId: string,
    declaration: ResourceDeclaration,
    announce: (id: string) => void,
  ): ProviderContext {
    const { name: stackName, id: stackId } = this.#stack;
    return {
      api: this.#api,
      account: this.#kernel.account,
      stackName,
      stackId,
      logicalId,
      declaration,
      tags: [
        ...this.#tags.map(({ Key = '', Value = '' }) => ({ Key, Value })),
        { Key: 'aws:cloudformation:stack-name', Value: stackName },
        { Key: 'aws:cloudformation:stack-id', Value: stackId },
        { Key: 'aws:cloudformation:logical-id', Value: logicalId },
      ],
      takesSnapshot: false,
      physicalName: (longest) => this.#physicalName(logicalId, longest),
      announce,
      waitUntil: (test) => this.#waitUntil(test),
    };
  }

  #physicalName(logicalId: string, longest: number): string {
    const suffix = this.#kernel.ids.alphanumeric(UNNAMED_LENGTH);
    const room = longest - suffix.length - 1;
    const parts = `${this.#stack.name}-${logicalId}`;
    if (parts.length <= room) return `${parts}-${suffix}`;
    const half = Math.floor((room - 1) / 2);
    return `${this.#stack.name.slice(0, half)}-${logicalId.slice(0, half)}-${suffix}`;
  }

  async #waitUntil(test: () => Promise<boolean>): Promise<void> {
    const end = this.#kernel.clock.now() + LONGEST_WAIT;
    while (!(await test())) {
      if (this.#kernel.clock.now() >= end) throw new TemplateError('Exceeded attempts to wait');
      await this.#time.sleep(POLL);
    }
  }
}

/** Whether going from one version of a resource to another needs a new one. */
export function needsReplacement(before: StackResource, wanted: Wanted): boolean {
  const all = changedProperties(before.properties, wanted.properties, modelOf(before.type).properties);
  const changes = all.filter((change) => change.name !== 'Tags');
  if (changes.length === 0) return false;
  if (changes.some((change) => change.replaces === 'yes')) return true;
  const { update, replaces } = boundProvider(before.type);
  if (update === undefined) return true;
  return replaces?.(conformed(wanted), conformed(before)) ?? false;
}

/** Whether resources of the type take part in their stack's tags. */
export function isTaggable(type: string): boolean {
  return modelOf(type).properties['Tags'] !== undefined;
}

function boundProvider(type: string) {
  const provider = providers[type as TypeName];
  return { update: provider.update?.bind(provider), replaces: provider.replaces?.bind(provider) };
}

/** @throws PropertyError */
function conformed({ declaration, properties }: Wanted): unknown {
  const { Type: type } = declaration;
  const supported = providers[type as TypeName].properties;
  const result = conform(properties, modelOf(type).properties);
  const skipped = Object.keys(properties).find((name) => !supported.includes(name));
  if (skipped === undefined) return result;
  throw new PropertyError(`#: property [${skipped}] of ${type} is not part of this local cloud`);
}

function modelOf(type: string): ResourceModel {
  const model = resourceModel(type);
  if (model === undefined) throw new TemplateError(`Unrecognized resource type ${type}`);
  return model;
}

/** @throws TemplateError for a creation or update policy that the type's provider would skip */
function checkPolicies({ Type: type, CreationPolicy, UpdatePolicy }: ResourceDeclaration): void {
  const declared = Object.entries({ CreationPolicy, UpdatePolicy }).flatMap(([attribute, policy]) =>
    Object.keys(policy ?? {}).map((name) => `${attribute}.${name}`),
  );
  const supported = providers[type as TypeName].policies ?? [];
  const skipped = declared.find((name) => !supported.includes(name));
  if (skipped === undefined) return;
  throw new TemplateError(`${skipped} of ${type} is not part of this local cloud`);
}

/** Tags of a few types are a map. */
function asTag([Key, Value]: [string, unknown]): Tag {
  return { Key, Value: attributeText(Value) };
}

function reasonOf(error: unknown, logicalId: string): string {
  if (error instanceof PropertyError) {
    return `Properties validation failed for resource ${logicalId} with message:\n${error.message}`;
  }
  if (error instanceof AwsError) {
    return `Resource handler returned message: "${error.message}" (HandlerErrorCode: ${error.code})`;
  }
  if (error instanceof TemplateError) return error.message;
  return `Internal Failure: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
