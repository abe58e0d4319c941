import { partOfDay, type Scenario } from './scenario.ts';

/** AWS takes instances back in the day's busiest hours, each with two minutes' warning. */
export const spot: Scenario = {
  name: 'spot',
  description: 'instances are reclaimed with two minutes of warning',
  entries: (day) =>
    [0.15, 0.35, 0.55, 0.57].map((share) => ({ kind: 'reclaim', from: partOfDay(share, day) })),
};
