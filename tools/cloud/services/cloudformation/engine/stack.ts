import type { Output, ResourceStatus, StackEvent, StackStatus, Tag } from '@aws-sdk/client-cloudformation';
import type { Instant, Kernel } from '../../../kernel/index.ts';
import { arn } from '../../../kernel/index.ts';
import type { ParameterValue } from '../template/parameters.ts';
import type { ResourceDeclaration, Template } from '../template/template.ts';
import type { ChangeSet } from './change-set.ts';

export type Properties = Readonly<Record<string, unknown>>;

/** A resource that a stack has made. */
export interface StackResource {
  readonly logicalId: string;
  readonly type: string;
  readonly declaration: ResourceDeclaration;
  /** The declared properties with their functions evaluated. */
  readonly properties: Properties;
  readonly physicalId: string;
  /** What `Ref` gives; mostly the physical id. */
  readonly ref: unknown;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A resource as the API tells of it, made or not. */
export interface ResourceState {
  readonly type: string;
  readonly physicalId: string;
  readonly status: ResourceStatus;
  readonly reason: string | undefined;
  readonly at: Instant;
}

/** What a stack is made from. */
export interface Target {
  readonly body: string;
  readonly template: Template;
  readonly parameters: ReadonlyMap<string, ParameterValue>;
  readonly tags: readonly Tag[];
  readonly capabilities: readonly string[];
  readonly notificationArns: readonly string[];
  readonly roleArn: string | undefined;
}

export interface StackOutput extends Output {
  readonly OutputKey: string;
  readonly OutputValue: string;
}

/** A stack: what it was last made from, what it has made, and its story. */
export class Stack {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Instant;
  readonly events: StackEvent[] = [];
  readonly changeSets = new Map<string, ChangeSet>();
  /** In the order in which they were made: each after what it depends on. */
  resources = new Map<string, StackResource>();
  readonly states = new Map<string, ResourceState>();
  /** Names of other stacks' exports that it uses. */
  imports = new Set<string>();
  outputs: readonly StackOutput[] = [];
  target: Target | undefined;
  status: StackStatus = 'REVIEW_IN_PROGRESS';
  statusReason: string | undefined;
  updatedAt: Instant | undefined;
  deletedAt: Instant | undefined;
  isProtected = false;
  isRollbackDisabled = false;
  policy: string | undefined;
  readonly #kernel: Kernel;

  constructor(kernel: Kernel, name: string) {
    this.#kernel = kernel;
    this.name = name;
    this.createdAt = kernel.clock.now();
    this.id = arn(kernel.account, 'cloudformation', `stack/${name}/${kernel.ids.uuid()}`);
  }

  get isBusy(): boolean {
    return this.status.endsWith('_IN_PROGRESS') && this.status !== 'REVIEW_IN_PROGRESS';
  }

  setStatus(status: StackStatus, reason?: string): void {
    this.status = status;
    this.statusReason = reason;
    this.#record(this.name, 'AWS::CloudFormation::Stack', this.id, status as ResourceStatus, reason);
  }

  setResourceStatus(
    { logicalId, type, physicalId }: Pick<StackResource, 'logicalId' | 'type' | 'physicalId'>,
    status: ResourceStatus,
    reason?: string,
  ): void {
    const current = this.resources.get(logicalId)?.physicalId ?? physicalId;
    // What is deleted after it was replaced is no longer the resource of that name.
    if (current === physicalId || !status.startsWith('DELETE_')) {
      this.states.set(logicalId, { type, physicalId, status, reason, at: this.#kernel.clock.now() });
    }
    this.#record(logicalId, type, physicalId, status, reason);
  }

  #record(
    logicalId: string,
    type: string,
    physicalId: string,
    status: ResourceStatus,
    reason: string | undefined,
  ): void {
    const { clock, ids, journal } = this.#kernel;
    this.events.push({
      EventId: ids.uuid(),
      StackId: this.id,
      StackName: this.name,
      LogicalResourceId: logicalId,
      PhysicalResourceId: physicalId,
      ResourceType: type,
      ResourceStatus: status,
      Timestamp: clock.date(),
      ...(reason === undefined ? {} : { ResourceStatusReason: reason }),
    });
    const why = reason === undefined ? {} : { reason };
    journal.record({ kind: 'stack', stack: this.name, resource: logicalId, type, status, ...why });
  }
}
