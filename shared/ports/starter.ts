import type { FleetEvent } from '../domain/index.ts';

/** Starts work elsewhere: an asynchronous invocation of the function that an event is for. */
export interface Starter {
  start(event: FleetEvent): Promise<void>;
}
