import { validationError } from '../../kernel/index.ts';
import type { Engine } from './engine.ts';
import { runs } from './engine.ts';
import { isInService } from './instances.ts';
import { QUOTAS, requireWithin } from './limits.ts';
import type { Group } from './model.ts';

/** Attaches target groups and registers the instances in service with them. @throws AwsError ValidationError */
export function attachTargetGroups(engine: Engine, group: Group, arns: readonly string[]): void {
  requireWithin(
    QUOTAS.targetGroups,
    new Set([...group.targetGroups, ...arns]).size,
    'target groups per group',
  );
  for (const arn of arns) {
    if (!engine.on.elb.hasTargetGroup(arn)) {
      throw validationError(
        `Provided Target Groups may not be valid. Please ensure they exist and try again.`,
      );
    }
  }
  for (const arn of arns) {
    group.targetGroups.add(arn);
    if (!runs(group, 'AddToLoadBalancer')) continue;
    for (const instance of group.instances.values()) {
      if (!isInService(instance)) continue;
      engine.on.elb.registerTarget(arn, instance.id);
      instance.targetGroups.add(arn);
    }
  }
}

/** Detaches target groups; the instances drain and stay. @throws AwsError ValidationError for one not attached */
export function detachTargetGroups(engine: Engine, group: Group, arns: readonly string[]): void {
  const missing = arns.find((arn) => !group.targetGroups.has(arn));
  if (missing !== undefined)
    throw validationError('Trying to remove Target Groups that are not part of the group');
  for (const arn of arns) {
    group.targetGroups.delete(arn);
    for (const instance of group.instances.values()) {
      if (!instance.targetGroups.has(arn) || !engine.on.elb.hasTargetGroup(arn)) continue;
      engine.on.elb.deregisterTarget(arn, instance.id, () => instance.targetGroups.delete(arn));
    }
  }
}

/** Every target group of the group with AWS's state of the attachment, those still draining included. */
export function attachmentStates(engine: Engine, group: Group): { arn: string; state: string }[] {
  const leaving = new Set<string>();
  for (const { targetGroups } of group.instances.values()) {
    for (const arn of targetGroups) if (!group.targetGroups.has(arn)) leaving.add(arn);
  }
  return [
    ...[...group.targetGroups].map((arn) => ({ arn, state: stateOf(engine, group, arn) })),
    ...[...leaving].map((arn) => ({ arn, state: 'Removing' })),
  ];
}

/** "Adding … Added: all instances are registered … InService: at least one instance passed the health checks". */
function stateOf(engine: Engine, group: Group, arn: string): string {
  const instances = [...group.instances.values()].filter(isInService);
  const isHealthy = instances.some(({ id }) => engine.on.elb.targetState(arn, id) === 'healthy');
  if (isHealthy) return 'InService';
  return instances.every(({ targetGroups }) => targetGroups.has(arn)) ? 'Added' : 'Adding';
}
