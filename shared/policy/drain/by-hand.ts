import type { Fleet, Group, GroupInstance } from '../../domain/index.ts';
import { DO_NOT_TOUCH, isServing, isWatched } from '../../domain/index.ts';

/** Why an instance is not drained by hand: one that nothing can be done about, or one that its operator may overrule. */
export interface Objection {
  readonly says: string;
  readonly isFinal: boolean;
}

/** What else is known of an instance that is to be drained by hand. */
export interface ByHand {
  /** The group's fleet, where fleets.yml is at hand. */
  readonly fleet?: Pick<Fleet, 'name' | 'mode' | 'doNotTouch'> | undefined;
  /** Whether it has the tag of instances that nobody is to touch. */
  readonly isMarked: boolean;
  /** Whether its group has a hook that a termination waits for. */
  readonly hasHook: boolean;
}

/** What speaks against taking an instance out of its group by hand. Protected and standby instances are never touched. */
export function objectionsTo(instance: GroupInstance, group: Group, known: ByHand): readonly Objection[] {
  const { id, lifecycle } = instance;
  if (lifecycle !== 'InService') return [{ says: `${id} is ${lifecycle}, not in service`, isFinal: true }];
  return [
    ...prohibitions(instance, group, known).map((says) => ({ says, isFinal: true })),
    ...misgivings(instance, group, known).map((says) => ({ says, isFinal: false })),
  ];
}

function prohibitions(
  { id, isProtected }: GroupInstance,
  { name, suspendedProcesses }: Group,
  { isMarked, fleet }: ByHand,
): string[] {
  return [
    ...(isProtected ? [`${id} is protected from scale-in: take its protection off first`] : []),
    ...(isMarked ? [`${id} has the tag ${fleet?.doNotTouch ?? DO_NOT_TOUCH}: take it off first`] : []),
    ...(suspendedProcesses.includes('Terminate') ? [`${name} has suspended Terminate: resume it first`] : []),
  ];
}

function misgivings(instance: GroupInstance, group: Group, { fleet, hasHook }: ByHand): string[] {
  const others = group.instances.filter((other) => isServing(other) && other.id !== instance.id);
  return [
    ...(hasHook
      ? []
      : [`${group.name} has no terminate hook, so nothing would wait for the end of its work`]),
    ...(fleet !== undefined && isWatched(fleet)
      ? [`fleet ${fleet.name} is in ${fleet.mode} mode, so Evenkeel would not drain it`]
      : []),
    ...(others.length === 0 ? [`no other instance of ${group.name} serves`] : []),
    ...(others.length > 0 && isLastOfZone(instance, others, group)
      ? [`no other instance of ${group.name} serves in ${instance.zone}`]
      : []),
  ];
}

/** Only where the group has more than one zone to serve in. */
function isLastOfZone(
  { zone }: GroupInstance,
  others: readonly GroupInstance[],
  { instances }: Group,
): boolean {
  return new Set(instances.map((one) => one.zone)).size > 1 && !others.some((other) => other.zone === zone);
}
