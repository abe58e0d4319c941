import { randomUUID } from 'node:crypto';
import type { Clock, Ids } from '../ports/index.ts';

/** The time of the machine that the code runs on. */
export const systemClock: Clock = { now: () => Date.now() };

/** Random identifiers, unique for all time. */
export const systemIds: Ids = { next: () => randomUUID() };
