import { randomUUID } from 'node:crypto';
import type { Ids } from '../ports/index.ts';

/** Random identifiers, unique for all time. */
export const systemIds: Ids = { next: () => randomUUID() };
