import type { Resource, Template } from '../../templates/model.ts';
import { isRecord, UNKNOWN } from '../../templates/model.ts';
import { resolveValue, resourcesNamedIn } from '../../templates/intrinsics.ts';
import { numberAt, resourcesOf, textAt, valueAt } from '../../templates/template.ts';
import type { HookClocks, Transition } from '../model.ts';

/** A group's hooks: those that are created with it, and those that come later as resources of their own. */
export function readHooks(group: Resource, template: Template): readonly HookClocks[] {
  const later = resourcesOf(template, 'AWS::AutoScaling::LifecycleHook')
    .filter(({ properties }) =>
      resourcesNamedIn(properties.AutoScalingGroupName, template).includes(group.id),
    )
    .map(({ id, properties }) => hookOf(properties, id, false, group, template));
  return [...ownHooks(group, template), ...later];
}

function ownHooks(group: Resource, template: Template): readonly HookClocks[] {
  const name = `${group.id}.LifecycleHookSpecificationList`;
  const list = valueAt(template, group.properties, 'LifecycleHookSpecificationList');
  if (list === undefined) return [];
  if (!Array.isArray(list)) return [unknownHook(name)];
  return list.map((hook: unknown, at) => {
    const known = resolveValue(hook, template);
    return isRecord(known) ? hookOf(known, `${name}.${at}`, true, group, template) : unknownHook(name);
  });
}

/** Stands for a hook, or for a list of them, of which nothing can be told. */
function unknownHook(name: string): HookClocks {
  return {
    name,
    transition: undefined,
    heartbeat: undefined,
    defaultResult: undefined,
    isCreatedWithGroup: true,
    answered: 'topic',
  };
}

/** AWS's defaults: an hour without a heartbeat, then ABANDON. */
function hookOf(
  hook: Readonly<Record<string, unknown>>,
  fallback: string,
  isCreatedWithGroup: boolean,
  group: Resource,
  template: Template,
): HookClocks {
  const transition = transitionOf(textAt(template, hook, ['LifecycleTransition']));
  const notifies = valueAt(template, hook, 'NotificationTargetARN') !== undefined;
  return {
    name: textAt(template, hook, ['LifecycleHookName']) ?? fallback,
    transition,
    heartbeat: numberAt(template, hook, ['HeartbeatTimeout'], 3600),
    defaultResult: textAt(template, hook, ['DefaultResult'], 'ABANDON'),
    isCreatedWithGroup,
    answered: notifies || transition === undefined ? 'topic' : answerTo(transition, group, template),
  };
}

function transitionOf(text: string | undefined): Transition | undefined {
  if (text === 'autoscaling:EC2_INSTANCE_LAUNCHING') return 'launching';
  return text === 'autoscaling:EC2_INSTANCE_TERMINATING' ? 'terminating' : undefined;
}

const DETAIL_TYPE: Readonly<Record<Transition, string>> = {
  launching: 'EC2 Instance-launch Lifecycle Action',
  terminating: 'EC2 Instance-terminate Lifecycle Action',
};

/** Whether a rule hears of a transition, and surely stands before the group launches. */
function answerTo(transition: Transition, group: Resource, template: Template): HookClocks['answered'] {
  const rules = resourcesOf(template, 'AWS::Events::Rule').filter((rule) =>
    hears(rule, transition, template),
  );
  if (rules.length === 0) return 'none';
  const before = predecessorsOf(group, template);
  return rules.some(({ id }) => before.has(id)) ? 'before' : 'later';
}

/** A pattern that cannot be told is taken to hear everything. */
function hears({ properties }: Resource, transition: Transition, template: Template): boolean {
  if (valueAt(template, properties, 'State') === 'DISABLED') return false;
  const pattern = valueAt(template, properties, 'EventPattern');
  const matches = (key: string, value: string) => {
    const wanted = valueAt(template, pattern, key);
    if (wanted === undefined || wanted === UNKNOWN) return true;
    return Array.isArray(wanted) && wanted.some((member: unknown) => !isPlain(member) || member === value);
  };
  if (pattern === UNKNOWN) return true;
  return (
    isRecord(pattern) &&
    matches('source', 'aws.autoscaling') &&
    matches('detail-type', DETAIL_TYPE[transition])
  );
}

function isPlain(member: unknown): boolean {
  return typeof member === 'string' || typeof member === 'number';
}

/** What CloudFormation creates before a resource: what it depends on by name or by reference, and what that does. */
function predecessorsOf(resource: Resource, template: Template): ReadonlySet<string> {
  const found = new Set<string>();
  const pending: Resource[] = [resource];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const id of [...next.dependsOn, ...resourcesNamedIn(next.properties, template)]) {
      const before = template.resources.get(id);
      if (before === undefined || found.has(id)) continue;
      found.add(id);
      pending.push(before);
    }
  }
  return found;
}
