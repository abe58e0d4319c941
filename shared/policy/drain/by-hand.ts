import type { Group, GroupInstance } from '../../domain/index.ts';
import { isServing } from '../../domain/index.ts';

/** Why an instance is not drained by hand: one that nothing can be done about, or one that its operator may overrule. */
export interface Objection {
  readonly says: string;
  readonly isFinal: boolean;
}

/** What speaks against taking an instance out of its group by hand. Protected and standby instances are never touched. */
export function objectionsTo(instance: GroupInstance, group: Group): readonly Objection[] {
  const { id, lifecycle } = instance;
  if (lifecycle !== 'InService') return [{ says: `${id} is ${lifecycle}, not in service`, isFinal: true }];
  const objections: Objection[] = [];
  if (instance.isProtected)
    objections.push({
      says: `${id} is protected from scale-in: take its protection off first`,
      isFinal: true,
    });
  if (group.suspendedProcesses.includes('Terminate'))
    objections.push({ says: `${group.name} has suspended Terminate: resume it first`, isFinal: true });
  const others = group.instances.filter((other) => isServing(other) && other.id !== id);
  if (others.length === 0)
    objections.push({ says: `no other instance of ${group.name} serves`, isFinal: false });
  else if (isLastOfZone(instance, others, group))
    objections.push({
      says: `no other instance of ${group.name} serves in ${instance.zone}`,
      isFinal: false,
    });
  return objections;
}

/** Only where the group has more than one zone to serve in. */
function isLastOfZone(
  { zone }: GroupInstance,
  others: readonly GroupInstance[],
  { instances }: Group,
): boolean {
  return new Set(instances.map((one) => one.zone)).size > 1 && !others.some((other) => other.zone === zone);
}
