import type { FleetShape } from './observe/capacity.ts';

/** What the sandbox's instances can do. */
export const FLEET_SHAPE: Omit<FleetShape, 'min'> = {
  instanceCapacity: 100,
  usefulShare: 0.8,
  bootMinutes: 3,
  drainMinutes: 2,
};

/** Requests a second that an instance can usefully serve. */
export const USEFUL_REQUESTS = FLEET_SHAPE.instanceCapacity * FLEET_SHAPE.usefulShare;
