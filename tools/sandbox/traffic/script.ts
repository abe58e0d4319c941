import type { EntryInput } from '../../cloud/weather/plan/schema.ts';
import { newImage } from '../scenario/new-image.ts';
import type { Plan, Stretch } from './plan.ts';

/** What happens to the fleet while the requests go on, in minutes of the cloud's time. */
export const SCRIPT: readonly Stretch[] = [
  { event: 'steady', minutes: 4, load: 1 },
  { event: 'scale-out', minutes: 12, load: 1.8 },
  { event: 'scale-in', minutes: 14, load: 1 },
  { event: 'image-refresh', minutes: 16, load: 1 },
  { event: 'spot-reclaim', minutes: 12, load: 1 },
  { event: 'zone-rebalance', minutes: 12, load: 1 },
  { event: 'kill', minutes: 6, load: 1 },
];

/** Those that make instances leave in order. */
export const DRAINING = ['scale-in', 'image-refresh', 'spot-reclaim', 'zone-rebalance'] as const;

export const MINUTES = SCRIPT.reduce((sum, { minutes }) => sum + minutes, 0);

/** The zone that loses Spot capacity, and gets it back: its group then evens the zones out again. */
const ZONE = 'eu-central-1a';

/** Seconds from the begin of an event until it strikes. */
export const STRIKES_AFTER = 60;
const MINUTE = 60;

/** What strikes, in seconds from the plan's start. */
export function strikes(plan: Plan): EntryInput[] {
  const at = (event: string) => (plan.beginOf(event) - plan.start) / 1000 + STRIKES_AFTER;
  const lacking = at('zone-rebalance') - at('spot-reclaim');
  return [
    newImage(at('image-refresh') - MINUTE),
    {
      kind: 'no-capacity',
      from: at('spot-reclaim') - MINUTE,
      for: lacking,
      zone: ZONE,
      code: 'InsufficientInstanceCapacity',
    },
    { kind: 'reclaim', from: at('spot-reclaim'), zone: ZONE, count: 2 },
  ];
}

/** Instances that the load at other times takes, and how busy it keeps them. */
export const INSTANCES = 4;
const BUSY = 0.52;

/** Requests a second that one instance is said to be able to serve, so that a number of them takes so many instances. */
export function capacityFor(requests: number): number {
  const weight = SCRIPT.reduce((sum, { minutes, load }) => sum + minutes * load, 0);
  return requests / (weight * MINUTE) / (INSTANCES * BUSY);
}

/** Requests a second that this machine is asked for. Where it cannot keep up with them, time waits. */
const REQUESTS_A_SECOND = 3000;
/** Real seconds that the shortest run takes: an instance's process starts in a tenth of one. */
const SHORTEST = 40;

/** Virtual seconds a real one, so that a number of requests takes as long as this machine takes for them. */
export function speedFor(requests: number): number {
  return (MINUTES * MINUTE) / Math.max(SHORTEST, requests / REQUESTS_A_SECOND);
}
