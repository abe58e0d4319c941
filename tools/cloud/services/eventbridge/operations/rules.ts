import type { EventBridge, PutRuleCommandInput } from '@aws-sdk/client-eventbridge';
import type { Operations } from '../../../kernel/index.ts';
import { AwsError, page } from '../../../kernel/index.ts';
import type { Buses } from '../buses.ts';
import { parseEventPattern } from '../patterns.ts';
import type { Rule, Rules, RuleSettings } from '../rules.ts';
import { ruleOf } from '../rules.ts';
import type { Tags } from '../tags.ts';

/** Rules, their states, and tests of patterns. */
export function ruleOperations(buses: Buses, rules: Rules, tags: Tags) {
  return {
    PutRule: (input) => {
      const bus = buses.get(input.EventBusName);
      const rule = rules.put(bus, input.Name ?? '', settingsOf(input));
      tags.add(rule.arn, input.Tags ?? []);
      return { RuleArn: rule.arn };
    },
    DescribeRule: (input) => {
      const rule = ruleOf(buses.get(input.EventBusName), input.Name);
      // The account that owns the rule, which its ARN names.
      return { ...describe(rule), CreatedBy: rule.arn.split(':')[4] };
    },
    ListRules: (input) => {
      const named = [...buses.get(input.EventBusName).rules.values()]
        .filter((rule) => rule.name.startsWith(input.NamePrefix ?? ''))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const { items, nextToken } = page(named, input.NextToken, input.Limit ?? 100);
      return { Rules: items.map(describe), ...(nextToken && { NextToken: nextToken }) };
    },
    ListRuleNamesByTarget: (input) => {
      const aiming = [...buses.get(input.EventBusName).rules.values()]
        .filter((rule) => [...rule.targets.values()].some((target) => target.Arn === input.TargetArn))
        .map((rule) => rule.name)
        .sort();
      const { items, nextToken } = page(aiming, input.NextToken, input.Limit ?? 100);
      return { RuleNames: items, ...(nextToken && { NextToken: nextToken }) };
    },
    DeleteRule: (input) => {
      const rule = buses.get(input.EventBusName).rules.get(input.Name ?? '');
      if (rule === undefined) return {};
      rules.delete(rule);
      tags.forget(rule.arn);
      return {};
    },
    EnableRule: (input) => {
      rules.setState(ruleOf(buses.get(input.EventBusName), input.Name), 'ENABLED');
      return {};
    },
    DisableRule: (input) => {
      rules.setState(ruleOf(buses.get(input.EventBusName), input.Name), 'DISABLED');
      return {};
    },
    TestEventPattern: (input) => ({
      Result: parseEventPattern(input.EventPattern ?? '')(parseEvent(input.Event ?? '')),
    }),
    TagResource: (input) => {
      tags.add(input.ResourceARN ?? '', input.Tags ?? []);
      return {};
    },
    UntagResource: (input) => {
      tags.remove(input.ResourceARN ?? '', input.TagKeys ?? []);
      return {};
    },
    ListTagsForResource: (input) => ({ Tags: tags.list(input.ResourceARN ?? '') }),
  } satisfies Operations<EventBridge>;
}

function settingsOf(input: PutRuleCommandInput): RuleSettings {
  return {
    state: input.State ?? 'ENABLED',
    ...(input.EventPattern && { eventPattern: input.EventPattern }),
    ...(input.ScheduleExpression && { scheduleExpression: input.ScheduleExpression }),
    ...(input.Description !== undefined && { description: input.Description }),
    ...(input.RoleArn !== undefined && { roleArn: input.RoleArn }),
  };
}

function describe({ name, arn, bus, settings }: Rule) {
  return {
    Name: name,
    Arn: arn,
    EventBusName: bus.name,
    State: settings.state,
    ...(settings.eventPattern !== undefined && { EventPattern: settings.eventPattern }),
    ...(settings.scheduleExpression !== undefined && { ScheduleExpression: settings.scheduleExpression }),
    ...(settings.description !== undefined && { Description: settings.description }),
    ...(settings.roleArn !== undefined && { RoleArn: settings.roleArn }),
  };
}

const REQUIRED = ['id', 'account', 'source', 'time', 'region', 'resources', 'detail-type'];

function parseEvent(text: string): unknown {
  let event: unknown;
  try {
    event = JSON.parse(text);
  } catch {
    throw new AwsError('ValidationException', 'Parameter Event is not valid. Reason: it is not JSON');
  }
  const missing = REQUIRED.find((field) => typeof event !== 'object' || event === null || !(field in event));
  if (missing === undefined) return event;
  throw new AwsError('ValidationException', `Parameter Event is not valid. Reason: ${missing} is required`);
}
