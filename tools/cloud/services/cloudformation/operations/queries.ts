import type { CloudFormation } from '@aws-sdk/client-cloudformation';
import type { Operations } from '../../../kernel/index.ts';
import { page, validationError } from '../../../kernel/index.ts';
import type { Engine } from '../engine/engine.ts';
import type { Stack, Target } from '../engine/stack.ts';
import { describeStack, summarizeResources, summarizeStack } from './describe.ts';

const PAGE_SIZE = 100;

/** What can be asked of stacks, their resources and their exports. */
export function stackQueries(engine: Engine) {
  return { ...stackListings(engine), ...resourceListings(engine), ...exportListings(engine) };
}

function stackListings({ stacks }: Engine) {
  return {
    DescribeStacks: (input) => {
      const found = input.StackName === undefined ? stacks.living() : [stacks.get(input.StackName)];
      const { items, nextToken } = page(found, input.NextToken, PAGE_SIZE);
      return { Stacks: items.map(describeStack), ...token(nextToken) };
    },
    ListStacks: (input) => {
      const wanted = input.StackStatusFilter ?? [];
      const found = stacks.all().filter(({ status }) => wanted.length === 0 || wanted.includes(status));
      const { items, nextToken } = page(found, input.NextToken, PAGE_SIZE);
      return { StackSummaries: items.map(summarizeStack), ...token(nextToken) };
    },
    DescribeStackEvents: (input) => {
      const { events } = stacks.get(input.StackName);
      const { items, nextToken } = page(events.toReversed(), input.NextToken, PAGE_SIZE);
      return { StackEvents: items, ...token(nextToken) };
    },
    GetTemplate: (input) => {
      const { body } = targetNamed({ stacks }, input.StackName, input.ChangeSetName);
      return { TemplateBody: body, StagesAvailable: ['Original', 'Processed'] };
    },
  } satisfies Operations<CloudFormation>;
}

function resourceListings({ stacks }: Engine) {
  return {
    DescribeStackResource: (input) => {
      const stack = stacks.get(input.StackName);
      const [summary] = resourcesNamed(stack, input.LogicalResourceId);
      const { LastUpdatedTimestamp: at, ...resource } = summary;
      return { StackResourceDetail: { ...stackOf(stack), ...resource, LastUpdatedTimestamp: at } };
    },
    DescribeStackResources: (input) => {
      const stack =
        input.StackName === undefined
          ? stackWith(stacks.living(), input.PhysicalResourceId)
          : stacks.get(input.StackName);
      const name = input.LogicalResourceId;
      const found = name === undefined ? summarizeResources(stack) : resourcesNamed(stack, name);
      return {
        StackResources: found.map(({ LastUpdatedTimestamp: at, ...resource }) => ({
          ...stackOf(stack),
          ...resource,
          Timestamp: at,
        })),
      };
    },
    ListStackResources: (input) => {
      const all = summarizeResources(stacks.get(input.StackName));
      const { items, nextToken } = page(all, input.NextToken, PAGE_SIZE);
      return { StackResourceSummaries: items, ...token(nextToken) };
    },
  } satisfies Operations<CloudFormation>;
}

function exportListings({ stacks }: Engine) {
  return {
    ListExports: (input) => {
      const exports = [...stacks.exports()].map(([name, { value, stack }]) => ({
        Name: name,
        Value: value,
        ExportingStackId: stack.id,
      }));
      const { items, nextToken } = page(exports, input.NextToken, PAGE_SIZE);
      return { Exports: items, ...token(nextToken) };
    },
    ListImports: (input) => {
      const name = input.ExportName ?? '';
      const importers = stacks.importersOf(name).map((stack) => stack.name);
      if (importers.length === 0) throw validationError(`Export '${name}' is not imported by any stack.`);
      const { items, nextToken } = page(importers, input.NextToken, PAGE_SIZE);
      return { Imports: items, ...token(nextToken) };
    },
  } satisfies Operations<CloudFormation>;
}

/** What a stack, or a change set of it, is made from. */
export function targetNamed(
  { stacks }: Pick<Engine, 'stacks'>,
  stackName: string | undefined,
  changeSetName: string | undefined,
): Target {
  const stack = stacks.get(stackName);
  const target = changeSetName === undefined ? stack.target : stack.changeSets.get(changeSetName)?.target;
  if (target !== undefined) return target;
  throw validationError(`Stack with id ${stackName ?? ''} has no template`);
}

function token(nextToken: string | undefined): { NextToken?: string } {
  return nextToken === undefined ? {} : { NextToken: nextToken };
}

function stackOf(stack: Stack) {
  return { StackId: stack.id, StackName: stack.name };
}

function resourcesNamed(stack: Stack, logicalId: string | undefined) {
  const found = summarizeResources(stack).find((resource) => resource.LogicalResourceId === logicalId);
  if (found !== undefined) return [found] as const;
  throw validationError(`Resource ${logicalId ?? ''} does not exist for stack ${stack.name}`);
}

function stackWith(stacks: readonly Stack[], physicalId: string | undefined): Stack {
  const found = stacks.find((stack) =>
    [...stack.resources.values()].some((resource) => resource.physicalId === physicalId),
  );
  if (found !== undefined) return found;
  throw validationError(`Stack for ${physicalId ?? ''} does not exist`);
}
