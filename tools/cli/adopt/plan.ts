import type { PutLifecycleHookType } from '@aws-sdk/client-auto-scaling';
import type { PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import type { Fleet, Signal } from '../../../shared/domain/index.ts';
import { kindOf } from '../../../shared/domain/index.ts';
import { alarmsOf } from './alarms.ts';
import { hooksFor } from './hooks.ts';

/** A group as its owner has it. */
export interface GroupFacts {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly hasLaunchTemplate: boolean;
  readonly healthCheckType: string;
  /** `targetgroup/name/0123456789abcdef`, as metrics name it. */
  readonly targetGroups: readonly string[];
  readonly hooks: readonly string[];
  /** AWS's own scaling policies and scheduled actions, each with its kind: `target tracking policy cpu50`. */
  readonly rivals: readonly string[];
}

export type AdoptionStep =
  | { readonly kind: 'hook'; readonly input: PutLifecycleHookType & { LifecycleHookName: string } }
  | { readonly kind: 'alarm'; readonly input: PutMetricAlarmInput & { AlarmName: string } }
  | { readonly kind: 'tag'; readonly key: string; readonly value: string };

export interface AdoptionPlan {
  readonly steps: readonly AdoptionStep[];
  /** Why the group is not adopted, each with its mend. Without any, the steps are taken. */
  readonly obstacles: readonly string[];
  /** What its owner should know. */
  readonly warnings: readonly string[];
}

/** The tag without which no role of Evenkeel's may change a group. */
export const CONSENT = 'evenkeel:fleet';

/**
 * What brings a group under management: hooks and alarms, and last the tag, so that Evenkeel does not begin before all
 * is there. Each step can be taken twice.
 *
 * @param keepsPolicies AWS's own policies may go on steering the group as well
 */
export function adoptionPlan(
  fleet: Fleet,
  group: GroupFacts,
  { stage, keepsPolicies }: { readonly stage: string; readonly keepsPolicies: boolean },
): AdoptionPlan {
  const hooks = hooksFor(fleet, group.name).map((input) => ({ kind: 'hook', input }) as const);
  const alarms = alarmsOf(fleet, group, stage).map((input) => ({ kind: 'alarm', input }) as const);
  return {
    steps: [...hooks, ...alarms, ...tagsFor(fleet)],
    obstacles: obstaclesTo(fleet, group, keepsPolicies),
    warnings: warningsOf(fleet, group, keepsPolicies),
  };
}

function tagsFor({ name, adopt }: Fleet): AdoptionStep[] {
  const consent = { kind: 'tag', key: CONSENT, value: name } as const;
  if ('group' in adopt || adopt.tag.key === CONSENT) return [consent];
  return [{ kind: 'tag', ...adopt.tag }, consent];
}

function obstaclesTo(fleet: Fleet, group: GroupFacts, keepsPolicies: boolean): string[] {
  const owner = group.tags[CONSENT];
  const obstacles: string[] = [];
  if (owner !== undefined && owner !== fleet.name)
    obstacles.push(`${group.name} belongs to fleet ${owner}: let it go first, with --undo --fleet ${owner}`);
  if ('group' in fleet.adopt && fleet.adopt.group !== group.name)
    obstacles.push(`fleet ${fleet.name} adopts ${fleet.adopt.group}: name ${group.name} in fleets.yml`);
  if (group.targetGroups.length === 0 && fleet.scaling.signals.some(watchesBalancer))
    obstacles.push(
      `fleet ${fleet.name} watches a load balancer, and ${group.name} has no target group: attach one, or use the signal { metric: cpu, target: 60 }`,
    );
  if (group.rivals.length > 0 && !keepsPolicies)
    obstacles.push(
      `${group.rivals.join(', ')} would steer ${group.name} as well: delete it, or give --keep-policies and see the two disagree`,
    );
  return obstacles;
}

function warningsOf(fleet: Fleet, group: GroupFacts, keepsPolicies: boolean): string[] {
  const warnings: string[] = [];
  if (keepsPolicies && group.rivals.length > 0)
    warnings.push(`${group.rivals.join(', ')} goes on steering ${group.name}`);
  if (!group.hasLaunchTemplate && fleet.image !== undefined)
    warnings.push(`${group.name} has no launch template of its own: its image is not refreshed`);
  if (group.targetGroups.length > 0 && group.healthCheckType === 'EC2')
    warnings.push(
      `${group.name} does not replace instances that fail the load balancer's health checks: set its health check type to ELB`,
    );
  if (fleet.admission.probe.kind === 'http')
    warnings.push(
      `admission asks ${group.name} by HTTP from Evenkeel's own function, which has to stand in its network: without that use { command: curl -fsS http://localhost${fleet.admission.probe.path} }`,
    );
  if (fleet.mode !== 'active') warnings.push(`fleet ${fleet.name} is in ${fleet.mode} mode`);
  return warnings;
}

const watchesBalancer = (signal: Signal) => kindOf(signal).startsWith('alb-');
