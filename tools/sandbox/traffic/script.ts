import type { EntryInput } from '../../cloud/weather/plan/schema.ts';
import type { Plan, Stretch } from './plan.ts';

/** What happens to the fleet while the requests go on, in minutes of the cloud's time. */
export const SCRIPT: readonly Stretch[] = [
  { event: 'steady', minutes: 5, load: 1 },
  { event: 'scale-out', minutes: 14, load: 1.8 },
  { event: 'scale-in', minutes: 16, load: 1 },
];

/** Minutes from the begin of an event until it strikes: what the one before has set off is over by then. */
export const entries = (_plan: Plan): EntryInput[] => [];

export const minutes = SCRIPT.reduce((sum, stretch) => sum + stretch.minutes, 0);

/** Instances that the load at other times takes, and how busy it keeps them. */
export const INSTANCES = 4;
export const BUSY = 0.52;

/** Requests a second that one instance is said to be able to serve, so that a number of them takes so many instances. */
export function capacityFor(requests: number): number {
  const weight = SCRIPT.reduce((sum, stretch) => sum + stretch.minutes * stretch.load, 0);
  return requests / (weight * 60) / (INSTANCES * BUSY);
}

/** Requests a second that this machine is asked for: what two cores do, with some to spare. */
const REQUESTS_A_SECOND = 1600;
/** Real seconds that the shortest run takes: an instance's process starts in a tenth of one. */
const SHORTEST = 40;

/** Virtual seconds a real one, so that a number of requests takes as long as this machine takes for them. */
export function speedFor(requests: number): number {
  return (minutes * 60) / Math.max(SHORTEST, requests / REQUESTS_A_SECOND);
}
