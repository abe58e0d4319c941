import type { FleetShape } from './observe/capacity.ts';

/** What the sandbox's instances can do, and what the base infrastructure's group looks like. */
export const FLEET_SHAPE: FleetShape = {
  instanceCapacity: 100,
  usefulShare: 0.8,
  min: 2,
  bootMinutes: 3,
  drainMinutes: 2,
};

/** Requests a second that an instance can usefully serve. */
export const USEFUL_REQUESTS = FLEET_SHAPE.instanceCapacity * FLEET_SHAPE.usefulShare;
