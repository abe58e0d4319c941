import type {
  Change,
  ChangeSetStatus,
  ChangeSetType,
  ExecutionStatus,
  ResourceChange,
} from '@aws-sdk/client-cloudformation';
import type { Instant } from '../../../kernel/index.ts';
import { resourceModel } from '../schema/index.ts';
import type { Evaluation } from './evaluation.ts';
import type { PropertyChange } from './replacement.ts';
import { changedProperties } from './replacement.ts';
import type { StackResource, Target } from './stack.ts';

/** A change that was worked out but not yet made. */
export interface ChangeSet {
  readonly id: string;
  readonly name: string;
  readonly type: ChangeSetType;
  readonly target: Target;
  readonly changes: readonly Change[];
  readonly createdAt: Instant;
  readonly description: string | undefined;
  status: ChangeSetStatus;
  statusReason: string | undefined;
  executionStatus: ExecutionStatus;
}

/** What an update would do to the resources that a stack has: the preview that a change set shows. */
export function previewChanges(before: ReadonlyMap<string, StackResource>, after: Evaluation): Change[] {
  const wanted = after.order();
  const kept = wanted.flatMap((logicalId) => {
    const resource = before.get(logicalId);
    if (resource === undefined) return [added(logicalId, after)];
    const change = modified(resource, after);
    return change === undefined ? [] : [change];
  });
  const removed = [...before.values()].filter((resource) => !wanted.includes(resource.logicalId));
  return [...kept, ...removed.map((resource) => change({ ...identity(resource), Action: 'Remove' }))];
}

function added(logicalId: string, { template }: Evaluation): Change {
  const type = template.Resources[logicalId]?.Type ?? '';
  return change({ Action: 'Add', LogicalResourceId: logicalId, ResourceType: type });
}

function modified(resource: StackResource, after: Evaluation): Change | undefined {
  const changes = differences(resource, after);
  if (changes.length === 0) return undefined;
  const replacement = changes.some((one) => one.replaces === 'yes')
    ? 'True'
    : changes.some((one) => one.replaces === 'maybe')
      ? 'Conditional'
      : 'False';
  return change({
    ...identity(resource),
    Action: 'Modify',
    Replacement: replacement,
    Scope: ['Properties'],
    Details: changes.map(({ name, replaces }) => ({
      ChangeSource: 'DirectModification',
      Evaluation: 'Static',
      Target: { Attribute: 'Properties', Name: name, RequiresRecreation: RECREATION[replaces] },
    })),
  });
}

const RECREATION = { yes: 'Always', maybe: 'Conditionally', no: 'Never' } as const;

function differences(resource: StackResource, after: Evaluation): PropertyChange[] {
  const models = resourceModel(resource.type)?.properties ?? {};
  return changedProperties(resource.properties, after.properties(resource.logicalId), models);
}

function identity({ logicalId, physicalId, type }: StackResource): ResourceChange {
  return { LogicalResourceId: logicalId, PhysicalResourceId: physicalId, ResourceType: type };
}

function change(resource: ResourceChange): Change {
  return { Type: 'Resource', ResourceChange: resource };
}
