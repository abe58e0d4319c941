/** Lifecycle hooks by themselves: when they are created, how they end, and who answers. */
import type { Finding } from '../finding.ts';
import { finding, spoken } from '../finding.ts';
import type { GroupClocks, HookClocks, TimingModel } from '../model.ts';

const MOST_HOOKS = 50;
const LEAST_HEARTBEAT = 30;
const MOST_HEARTBEAT = 7200;

export function hooks({ groups }: TimingModel): readonly Finding[] {
  return groups.flatMap((group) => [
    ...tooMany(group),
    ...group.hooks.flatMap((hook) => [
      ...createdLater(group, hook),
      ...heartbeatRange(hook),
      ...defaultResult(hook),
      ...answer(group, hook),
    ]),
  ]);
}

function tooMany({ id, hooks: all }: GroupClocks): Finding[] {
  if (all.length <= MOST_HOOKS) return [];
  const message = `${all.length} hooks; a group takes ${MOST_HOOKS}`;
  return [finding('HOOK_LIMIT', id, message, 'merge hooks of the same transition', { hooks: all.length })];
}

function createdLater(
  { id, min, desired }: GroupClocks,
  { name, isCreatedWithGroup }: HookClocks,
): Finding[] {
  // A group that starts empty has no first instances to miss.
  if (isCreatedWithGroup || (min === 0 && (desired ?? 0) === 0)) return [];
  return [
    finding(
      'HOOK_CREATED_LATER',
      name,
      `it is created after group ${id}: instances that launch before it are never held`,
      `move it into LifecycleHookSpecificationList of ${id}`,
    ),
  ];
}

function heartbeatRange({ name, heartbeat }: HookClocks): Finding[] {
  if (heartbeat === undefined || (heartbeat >= LEAST_HEARTBEAT && heartbeat <= MOST_HEARTBEAT)) return [];
  return [
    finding(
      'HOOK_HEARTBEAT_OUT_OF_RANGE',
      name,
      `HeartbeatTimeout is ${heartbeat} s; AWS takes ${LEAST_HEARTBEAT} to ${MOST_HEARTBEAT} s`,
      'longer work is kept alive by heartbeats: choose a timeout in the range',
      { heartbeat },
    ),
  ];
}

function defaultResult({ name, transition, defaultResult: result, heartbeat }: HookClocks): Finding[] {
  const after = heartbeat === undefined ? 'once it runs out' : `after ${spoken(heartbeat)}`;
  if (transition === 'launching' && result === 'CONTINUE') {
    const message = `${after} without an answer the instance is let in, ready or not`;
    return [finding('HOOK_LETS_UNREADY_IN', name, message, 'set DefaultResult: ABANDON')];
  }
  if (transition === 'terminating' && result === 'ABANDON') {
    const message = `${after} without an answer the hooks after it are skipped`;
    return [finding('HOOK_ABANDONS_DRAIN', name, message, 'set DefaultResult: CONTINUE')];
  }
  return [];
}

function answer({ id }: GroupClocks, { name, transition, answered }: HookClocks): Finding[] {
  if (transition === undefined || answered === 'before' || answered === 'topic') return [];
  if (answered === 'none') {
    const mend = `add a rule for aws.autoscaling, EC2 Instance-${WIRE[transition]} Lifecycle Action`;
    return [
      finding('HOOK_UNANSWERED', name, `no rule of the template is told when it holds an instance`, mend),
    ];
  }
  const message = `group ${id} does not wait for the rule that tells of it: the first instances' events may be lost`;
  return [
    finding('HOOK_ANSWERED_LATER', name, message, `name the rule and its permission in DependsOn of ${id}`),
  ];
}

const WIRE = { launching: 'launch', terminating: 'terminate' } as const;
