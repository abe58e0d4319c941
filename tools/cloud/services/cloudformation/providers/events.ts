import type { PutRuleCommandInput, Target } from '@aws-sdk/client-eventbridge';
import type { Tag } from '@aws-sdk/client-cloudformation';
import { arn } from '../../../kernel/index.ts';
import type { Made, ProviderContext } from './provider.ts';
import { deleted, mergedTags, provider } from './provider.ts';
import { retagEvents } from './tagging.ts';

type Rule = Omit<PutRuleCommandInput, 'EventPattern' | 'Tags' | 'Name'> & {
  readonly Name?: string;
  readonly EventPattern?: unknown;
  readonly Targets?: Target[];
  readonly Tags?: Tag[];
};

export const rule = provider<Rule>({
  properties: [
    'Name',
    'Description',
    'EventPattern',
    'ScheduleExpression',
    'State',
    'EventBusName',
    'RoleArn',
    'Targets',
    'Tags',
  ],
  retag: retagEvents,
  async create(wanted, context) {
    const name = wanted.Name ?? context.physicalName(64);
    const rule = await putRule(name, wanted, context);
    context.announce(rule.id);
    await putTargets(name, wanted, [], context);
    return rule;
  },
  async update(id, wanted, before, context) {
    const name = id.slice(id.indexOf('|') + 1);
    const rule = await putRule(name, wanted, context);
    await putTargets(name, wanted, before.Targets ?? [], context);
    return rule;
  },
  async delete(id, { EventBusName, Targets = [] }, { api }) {
    const name = id.slice(id.indexOf('|') + 1);
    if (Targets.length > 0) {
      const Ids = Targets.map((target) => target.Id ?? '');
      await deleted(api.eventBridge.RemoveTargets({ Rule: name, EventBusName, Ids }));
    }
    await deleted(api.eventBridge.DeleteRule({ Name: name, EventBusName }));
  },
});

async function putRule(name: string, wanted: Rule, context: ProviderContext): Promise<Made> {
  const { EventPattern: pattern, Targets: _targets, Tags: tags, ...settings } = wanted;
  const { RuleArn: ruleArn } = await context.api.eventBridge.PutRule({
    ...settings,
    Name: name,
    ...(pattern === undefined ? {} : { EventPattern: JSON.stringify(pattern) }),
    Tags: mergedTags(tags, context),
  });
  const bus = wanted.EventBusName ?? 'default';
  return { id: bus === 'default' ? name : `${bus}|${name}`, attributes: { Arn: ruleArn, RuleName: name } };
}

async function putTargets(
  name: string,
  { Targets: targets = [], EventBusName }: Rule,
  before: readonly Target[],
  { api }: ProviderContext,
): Promise<void> {
  const kept = new Set(targets.map((target) => target.Id));
  const Ids = before.map((target) => target.Id ?? '').filter((id) => !kept.has(id));
  if (Ids.length > 0) await api.eventBridge.RemoveTargets({ Rule: name, EventBusName, Ids });
  if (targets.length === 0) return;
  const { FailedEntries: failed = [] } = await api.eventBridge.PutTargets({
    Rule: name,
    EventBusName,
    Targets: targets,
  });
  if (failed[0] !== undefined) throw new Error(failed[0].ErrorMessage);
}

interface EventBus {
  readonly Name: string;
  readonly Description?: string;
  readonly Tags?: Tag[];
}

export const eventBus = provider<EventBus>({
  properties: ['Name', 'Description', 'Tags'],
  retag: retagEvents,
  async create(wanted, context) {
    const { Name, Description, Tags } = wanted;
    await context.api.eventBridge.CreateEventBus({ Name, Description, Tags: mergedTags(Tags, context) });
    return busMade(Name, context);
  },
  async update(name, { Description }, before, context) {
    if (Description !== before.Description) {
      await context.api.eventBridge.UpdateEventBus({ Name: name, Description });
    }
    return busMade(name, context);
  },
  async delete(name, _wanted, { api }) {
    await deleted(api.eventBridge.DeleteEventBus({ Name: name }));
  },
});

function busMade(name: string, { account }: ProviderContext): Made {
  return { id: name, attributes: { Arn: arn(account, 'events', `event-bus/${name}`), Name: name } };
}
