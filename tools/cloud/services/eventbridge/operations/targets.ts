import type { EventBridge, Target } from '@aws-sdk/client-eventbridge';
import type { Operations } from '../../../kernel/index.ts';
import { AwsError, page } from '../../../kernel/index.ts';
import { targetKind } from '../../../delivery/index.ts';
import type { Buses } from '../buses.ts';
import { checkPath } from '../input.ts';
import type { Rule } from '../rules.ts';
import { ruleOf } from '../rules.ts';

const MOST_TARGETS = 5;

/** The targets of rules. */
export function targetOperations(buses: Buses) {
  return {
    PutTargets: (input) => {
      const rule = ruleOf(buses.get(input.EventBusName), input.Rule);
      const targets = input.Targets ?? [];
      for (const target of targets) checkTarget(target);
      checkCount(rule, targets);
      for (const target of targets) rule.targets.set(target.Id ?? '', target);
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    RemoveTargets: (input) => {
      const rule = ruleOf(buses.get(input.EventBusName), input.Rule);
      for (const id of input.Ids ?? []) rule.targets.delete(id);
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    ListTargetsByRule: (input) => {
      const rule = ruleOf(buses.get(input.EventBusName), input.Rule);
      const { items, nextToken } = page([...rule.targets.values()], input.NextToken, input.Limit ?? 100);
      return { Targets: items, ...(nextToken && { NextToken: nextToken }) };
    },
  } satisfies Operations<EventBridge>;
}

function checkTarget(target: Target): void {
  const { Id: id = '', Arn: arn = '' } = target;
  const kind = targetKind(arn);
  if (kind === undefined || kind === 'autoscaling') {
    throw new AwsError('NotImplemented', `The local cloud sends no events to ${arn}.`, { status: 501 });
  }
  const inputs = [target.Input, target.InputPath, target.InputTransformer].filter((one) => one !== undefined);
  if (inputs.length > 1) {
    throw invalid(`Only one of Input, InputPath, or InputTransformer must be provided for target ${id}.`);
  }
  if (target.Input !== undefined) checkJson(id, target.Input);
  if (target.InputPath !== undefined) checkPath(target.InputPath);
  for (const path of Object.values(target.InputTransformer?.InputPathsMap ?? {})) checkPath(path);
  if (arn.endsWith('.fifo') && kind === 'sqs' && target.SqsParameters?.MessageGroupId === undefined) {
    throw invalid(`Parameter(s) SqsParameters must be specified for target: ${id}.`);
  }
  if (kind === 'events' && inputs.length > 0) {
    throw new AwsError('NotImplemented', `The local cloud changes no events on their way to a bus.`, {
      status: 501,
    });
  }
  if (kind === 'events' && target.RoleArn === undefined) {
    throw invalid(`RoleArn is required for target ${arn}.`);
  }
}

function checkJson(id: string, input: string): void {
  try {
    JSON.parse(input);
  } catch {
    throw invalid(`JSON syntax error in input for target ${id}.`);
  }
}

function checkCount(rule: Rule, targets: readonly Target[]): void {
  const ids = new Set([...rule.targets.keys(), ...targets.map((target) => target.Id ?? '')]);
  if (ids.size <= MOST_TARGETS) return;
  throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
