export type { Occasion } from './decide.ts';
export { decideCapacity } from './decide.ts';
export { PAUSE_TAG } from './guards.ts';
export type { Capacity, Situation, TimedValue, World } from './world.ts';
export { decisionMeasures } from './measures.ts';
