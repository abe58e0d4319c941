import type { Clock } from '../ports/index.ts';

/** The time of the machine that the code runs on. */
export const systemClock: Clock = { now: () => Date.now() };
