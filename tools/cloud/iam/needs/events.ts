import type { EventBridge } from '@aws-sdk/client-eventbridge';
import type { Need, NeedsOf, Scope } from './need.ts';
import { keys, named, passRole, same } from './need.ts';

function busArn(scope: Scope, bus = 'default'): string {
  return bus.startsWith('arn:') ? bus : named(scope, 'events', `event-bus/${bus}`);
}

interface OfRule {
  readonly Name?: string | undefined;
  readonly Rule?: string | undefined;
  readonly EventBusName?: string | undefined;
}

function ruleArn(scope: Scope, { Name, Rule, EventBusName }: OfRule): string {
  const bus = EventBusName?.replace(/^.*event-bus\//, '') ?? 'default';
  const name = Name ?? Rule ?? '*';
  return named(scope, 'events', bus === 'default' ? `rule/${name}` : `rule/${bus}/${name}`);
}

/** Whoever makes rules is their creator here: there is one account. */
const creator = ({ account }: Scope) => keys({ 'events:creatoraccount': account.id });

const ofRule = (input: OfRule, scope: Scope): Need[] => [
  { resource: ruleArn(scope, input), context: creator(scope) },
];

const ofBus = ({ Name }: { readonly Name?: string | undefined }, scope: Scope) => [busArn(scope, Name)];

interface OfArn {
  readonly ResourceARN?: string | undefined;
}

const ofArn = ({ ResourceARN = '*' }: OfArn) => [ResourceARN];

/** What a pattern asks for by plain values; other filters have no say in conditions. */
function patternKeys(pattern = '{}') {
  const wanted = parsed(pattern);
  const values = (member: string) => {
    const list = wanted[member];
    return Array.isArray(list) ? list.filter((value) => typeof value === 'string') : undefined;
  };
  return keys({ 'events:source': values('source'), 'events:detail-type': values('detail-type') });
}

/** A pattern that is no JSON is for EventBridge to refuse. */
function parsed(pattern: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(pattern)) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}

export const eventBridgeNeeds: NeedsOf<EventBridge> = {
  // Each entry is asked for on its own.
  PutEvents: ({ Entries = [] }, scope) =>
    Entries.map(({ EventBusName, Source, DetailType }) => ({
      resource: busArn(scope, EventBusName),
      context: keys({ 'events:source': Source, 'events:detail-type': DetailType }),
    })),
  ...same(ofBus, 'CreateEventBus', 'DeleteEventBus', 'DescribeEventBus'),
  ...same(
    ofRule,
    'DeleteRule',
    'DescribeRule',
    'DisableRule',
    'EnableRule',
    'ListTargetsByRule',
    'RemoveTargets',
  ),
  PutRule: (input, scope) => [
    {
      resource: ruleArn(scope, input),
      context: { ...creator(scope), ...patternKeys(input.EventPattern) },
    },
    ...passRole(input.RoleArn, 'events.amazonaws.com'),
  ],
  PutTargets: ({ Targets = [], ...input }, scope) => [
    {
      resource: ruleArn(scope, input),
      context: { ...creator(scope), ...keys({ 'events:targetarn': Targets.map(({ Arn = '' }) => Arn) }) },
    },
    ...Targets.flatMap(({ RoleArn }) => passRole(RoleArn, 'events.amazonaws.com')),
  ],
  ...same(ofArn, 'ListTagsForResource', 'TagResource', 'UntagResource'),
};
