import { DATA } from './data.ts';
import type { Demand } from './demand.ts';
import { FUNCTIONS } from './functions.ts';
import { INSTANCES } from './instances.ts';
import { LOAD_BALANCERS } from './load-balancers.ts';
import { MESSAGES } from './messages.ts';
import { WATCHING } from './watching.ts';

/** What the rows of docs/security.md say, as rules. */
export const DEMANDS: readonly Demand[] = [
  ...INSTANCES,
  ...LOAD_BALANCERS,
  ...DATA,
  ...MESSAGES,
  ...FUNCTIONS,
  ...WATCHING,
].sort((a, b) => a.row - b.row);
