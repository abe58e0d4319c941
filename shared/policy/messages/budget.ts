import type { Fleet, Instant, Story } from '../../domain/index.ts';
import { isoTime } from '../../domain/index.ts';
import type { Spent } from '../scaling/memory/budget.ts';
import { count, figure, percent } from './words.ts';

/** Told once a day for as long as more minutes exceed what a fleet can usefully carry than its owner allows. */
export function budgetStory(
  { name, scaling }: Fleet,
  { minutes, violations, share }: Spent,
  now: Instant,
): Story {
  return {
    id: `budget/${name}/${isoTime(now).slice(0, 10)}`,
    at: now,
    severity: 'warning',
    fleet: name,
    title: `${name} overspends its budget of violation minutes`,
    text:
      `In the last week ${count(violations, 'minute')} of ${figure(minutes)} exceeded what the instances in service ` +
      `could usefully carry: ${percent(share)}, where ${percent(scaling.violations)} is allowed. ` +
      `Look at what limits it: the group's maximum, head-room (headroom.at-most is ${percent(scaling.headroom.atMost)}), ` +
      'launches that fail, or bursts that nobody can foresee. `npx evenkeel explain` has the decisions.',
    facts: [
      { name: 'Violation minutes', value: figure(violations) },
      { name: 'Budget', value: percent(scaling.violations) },
      { name: 'Spent', value: percent(share) },
    ],
  };
}
