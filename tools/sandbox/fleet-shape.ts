import type { FleetShape } from './observe/capacity.ts';

/** What a run's instances can do; how many there are at least is the group's affair. */
export type InstanceShape = Omit<FleetShape, 'min'>;

/** @param instanceCapacity requests a second that one instance can serve */
export function shapeOf(instanceCapacity = 100): InstanceShape {
  return { instanceCapacity, usefulShare: 0.8, bootMinutes: 3, drainMinutes: 2 };
}

/** Requests a second that an instance can usefully serve. */
export function usefulRequests({ instanceCapacity, usefulShare }: InstanceShape): number {
  return instanceCapacity * usefulShare;
}
