import type { InstanceRecord } from '../ec2/api.ts';
import { nextSource } from './launch-source.ts';
import { weightIn } from './mixed-instances/choices.ts';
import type { Group, GroupInstance } from './model.ts';

type Given = Pick<GroupInstance, 'template' | 'activity' | 'state' | 'route'>;

/** An instance as a group begins to manage it: launched by it, or attached. */
export function manage(group: Group, record: InstanceRecord, given: Given): GroupInstance {
  const { id, zone, subnetId, imageId, instanceType, launchedAt, market } = record;
  return {
    ...given,
    id,
    zone,
    subnetId,
    imageId,
    instanceType,
    launchedAt,
    market,
    weight: weightFor(group, instanceType),
    health: 'Healthy',
    unhealthyBecause: undefined,
    isProtected: group.settings.NewInstancesProtectedFromScaleIn ?? false,
    inServiceSince: undefined,
    targetGroups: new Set(),
    isEnding: false,
  };
}

/** Undefined where the group's types have no weights. */
function weightFor(group: Group, instanceType: string): number | undefined {
  const override = nextSource(group).overrides.find((one) => one.InstanceType === instanceType);
  return override?.WeightedCapacity === undefined ? undefined : weightIn(override);
}
