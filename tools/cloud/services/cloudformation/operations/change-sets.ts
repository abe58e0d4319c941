import type {
  ChangeSetSummary,
  CloudFormation,
  CreateChangeSetCommandInput,
  DescribeChangeSetCommandOutput,
} from '@aws-sdk/client-cloudformation';
import type { Call, Operations } from '../../../kernel/index.ts';
import { arn, AwsError, page, validationError } from '../../../kernel/index.ts';
import type { ChangeSet } from '../engine/change-set.ts';
import { previewChanges } from '../engine/change-set.ts';
import type { Engine } from '../engine/engine.ts';
import type { Stack, StackResource } from '../engine/stack.ts';
import { describeParameters } from './describe.ts';
import { checkUpdatable, isChange } from './stacks.ts';

/** What CloudFormation takes to work out a change set, about. */
const PREPARATION = 2_000;

const CHANGES_PER_PAGE = 100;

export function changeSetOperations(engine: Engine) {
  const { stacks, runs } = engine;
  return {
    CreateChangeSet: (input, call) => create(engine, input, call),
    DescribeChangeSet: (input) => {
      const { stack, changeSet } = find(engine, input.ChangeSetName, input.StackName);
      return describe(stack, changeSet, input.NextToken);
    },
    ExecuteChangeSet: (input, call) => {
      const { stack, changeSet } = find(engine, input.ChangeSetName, input.StackName);
      if (changeSet.executionStatus !== 'AVAILABLE') {
        throw new AwsError(
          'InvalidChangeSetStatusException',
          `ChangeSet [${changeSet.id}] cannot be executed in its current status of [${changeSet.status}]`,
        );
      }
      stack.changeSets.clear();
      stack.isRollbackDisabled = input.DisableRollback ?? false;
      const api = engine.api(call);
      if (changeSet.type === 'CREATE') {
        stack.target = changeSet.target;
        runs.create(stack, changeSet.target, api, stack.isRollbackDisabled ? 'DO_NOTHING' : 'ROLLBACK');
      } else {
        runs.update(stack, changeSet.target, api);
      }
      return {};
    },
    DeleteChangeSet: (input) => {
      const stack = stacks.find(input.StackName) ?? stackOfChangeSet(engine, input.ChangeSetName);
      for (const changeSet of stack?.changeSets.values() ?? []) {
        if (isNamed(changeSet, input.ChangeSetName)) stack?.changeSets.delete(changeSet.name);
      }
      return {};
    },
    ListChangeSets: (input) => {
      const stack = stacks.get(input.StackName);
      const { items, nextToken } = page([...stack.changeSets.values()], input.NextToken, CHANGES_PER_PAGE);
      return {
        Summaries: items.map((changeSet) => summarize(stack, changeSet)),
        ...(nextToken === undefined ? {} : { NextToken: nextToken }),
      };
    },
  } satisfies Operations<CloudFormation>;
}

async function create(engine: Engine, input: CreateChangeSetCommandInput, call: Call) {
  const name = input.StackName ?? '';
  const changeSetName = input.ChangeSetName ?? '';
  const type = input.ChangeSetType ?? 'UPDATE';
  if (type === 'IMPORT') throw notImplemented('Importing resources');
  const existing = stackFor(engine, name, type);
  if (existing?.changeSets.has(changeSetName) === true) {
    throw new AwsError('AlreadyExistsException', `ChangeSet ${changeSetName} already exists`);
  }
  const identity = existing ?? { name, id: name, resources: new Map<string, StackResource>() };
  const target = await engine.target(input, identity, existing?.target, engine.api(call));
  const stack = existing ?? createReviewed(engine, name);
  const { account, ids, clock } = engine.kernel;
  const changeSet: ChangeSet = {
    id: arn(account, 'cloudformation', `changeSet/${changeSetName}/${ids.uuid()}`),
    name: changeSetName,
    type,
    target,
    changes: previewChanges(stack.resources, engine.preview(stack, target)),
    createdAt: clock.now(),
    description: input.Description,
    status: 'CREATE_PENDING',
    statusReason: undefined,
    executionStatus: 'UNAVAILABLE',
  };
  stack.changeSets.set(changeSetName, changeSet);
  prepare(engine, stack, changeSet);
  return { Id: changeSet.id, StackId: stack.id };
}

/** The stack that a change set is for, if it exists; a reviewed stack has nothing but change sets. */
function stackFor({ stacks }: Engine, name: string, type: 'CREATE' | 'UPDATE'): Stack | undefined {
  if (type === 'UPDATE') {
    const stack = stacks.get(name);
    checkUpdatable(stack);
    return stack;
  }
  const existing = stacks.find(name);
  if (existing?.status === 'REVIEW_IN_PROGRESS') return existing;
  stacks.checkNameIsFree(name);
  return undefined;
}

function createReviewed({ stacks }: Engine, name: string): Stack {
  const stack = stacks.add(name);
  stack.setStatus('REVIEW_IN_PROGRESS', 'User Initiated');
  return stack;
}

/** Makes a change set ready some moments later, or failed when it changes nothing. */
function prepare(engine: Engine, stack: Stack, changeSet: ChangeSet): void {
  const { clock } = engine.kernel;
  const release = clock.hurry();
  clock.after(PREPARATION, () => {
    release();
    const changesSomething = changeSet.type === 'CREATE' || isChange(engine, stack, changeSet.target);
    changeSet.status = changesSomething ? 'CREATE_COMPLETE' : 'FAILED';
    changeSet.executionStatus = changesSomething ? 'AVAILABLE' : 'UNAVAILABLE';
    if (changesSomething) return;
    changeSet.statusReason =
      "The submitted information didn't contain changes. Submit different information to create a change set.";
  });
}

function find(
  engine: Engine,
  changeSetName: string | undefined,
  stackName: string | undefined,
): { stack: Stack; changeSet: ChangeSet } {
  const stack =
    stackName === undefined ? stackOfChangeSet(engine, changeSetName) : engine.stacks.get(stackName);
  const changeSet = [...(stack?.changeSets.values() ?? [])].find((one) => isNamed(one, changeSetName));
  if (stack !== undefined && changeSet !== undefined) return { stack, changeSet };
  throw new AwsError('ChangeSetNotFoundException', `ChangeSet [${changeSetName ?? ''}] does not exist`);
}

function stackOfChangeSet({ stacks }: Engine, id: string | undefined): Stack | undefined {
  if (id?.startsWith('arn:') !== true) {
    throw validationError('StackName must be specified if ChangeSetName is not specified as an ARN.');
  }
  return stacks.all().find((stack) => [...stack.changeSets.values()].some((one) => one.id === id));
}

function isNamed({ id, name }: ChangeSet, nameOrId: string | undefined): boolean {
  return name === nameOrId || id === nameOrId;
}

function describe(
  stack: Stack,
  changeSet: ChangeSet,
  token: string | undefined,
): Omit<DescribeChangeSetCommandOutput, '$metadata'> {
  const { target } = changeSet;
  const { items, nextToken } = page(changeSet.changes, token, CHANGES_PER_PAGE);
  return {
    ...summarize(stack, changeSet),
    Changes: items,
    Parameters: describeParameters(target),
    Tags: [...target.tags],
    Capabilities: [...target.capabilities] as NonNullable<DescribeChangeSetCommandOutput['Capabilities']>,
    NotificationARNs: [...target.notificationArns],
    ...(nextToken === undefined ? {} : { NextToken: nextToken }),
  };
}

function summarize(stack: Stack, changeSet: ChangeSet): ChangeSetSummary {
  return {
    StackId: stack.id,
    StackName: stack.name,
    ChangeSetId: changeSet.id,
    ChangeSetName: changeSet.name,
    Status: changeSet.status,
    ExecutionStatus: changeSet.executionStatus,
    CreationTime: new Date(changeSet.createdAt),
    ...(changeSet.statusReason === undefined ? {} : { StatusReason: changeSet.statusReason }),
    ...(changeSet.description === undefined ? {} : { Description: changeSet.description }),
  };
}

function notImplemented(what: string): AwsError {
  return new AwsError('NotImplemented', `${what} is not part of this local cloud.`, { status: 501 });
}
