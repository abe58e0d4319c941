import type { Scenario } from './scenario.ts';

/** The load alone. */
export const calm: Scenario = {
  name: 'calm',
  description: 'the load alone',
  entries: () => [],
};
