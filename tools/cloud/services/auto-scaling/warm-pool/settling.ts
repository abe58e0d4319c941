import type { Engine } from '../engine.ts';
import { moveTo } from '../instances.ts';
import type { Group, GroupInstance } from '../model.ts';

/** Instances that EC2 has been told to stop, and what is done once it has. */
const stopping = new WeakMap<GroupInstance, () => void>();

/**
 * Brings a warmed instance into the state that its pool keeps: as it is, stopped or hibernated. The stop does not
 * wait for what the instance is doing.
 */
export function settleInPool(
  engine: Engine,
  group: Group,
  instance: GroupInstance,
  settled: () => void,
): void {
  const state = group.warmPool?.state ?? 'Stopped';
  if (state === 'Running') {
    moveTo(engine, group, instance, 'Warmed:Running');
    settled();
    return;
  }
  stopping.set(instance, () => {
    moveTo(engine, group, instance, `Warmed:${state}`);
    settled();
  });
  engine.on.ec2.stop(instance.id, { hibernates: state === 'Hibernated' });
}

/** EC2 has stopped an instance of the pool. */
export function onStopped(instance: GroupInstance): void {
  const settled = stopping.get(instance);
  stopping.delete(instance);
  settled?.();
}
