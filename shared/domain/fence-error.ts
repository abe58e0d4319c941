import type { FleetName } from './fleet.ts';

/** A later lease has written since: whoever meets this has lost the fleet and must not act on it. */
export class FenceError extends Error {
  override readonly name = 'FenceError';

  constructor(fleet: FleetName, fence: number) {
    super(`fleet ${fleet} has been taken over since lease ${fence}`);
  }
}
