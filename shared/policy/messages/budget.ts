import type { Fleet, Instant, Story } from '../../domain/index.ts';
import { isoTime } from '../../domain/index.ts';
import type { Spent } from '../scaling/memory/budget.ts';
import { lookAt } from './look.ts';
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
      `could usefully carry: ${percent(share)}, where ${percent(scaling.violations)} is allowed.`,
    toDo:
      "In office hours: see what limits it. The group's maximum, " +
      `head-room (headroom.at-most is ${percent(scaling.headroom.atMost)}), launches that fail, ` +
      'or bursts that nobody can foresee?',
    look: lookAt.decisions(name),
    facts: [
      { name: 'Violation minutes', value: figure(violations) },
      { name: 'Budget', value: percent(scaling.violations) },
      { name: 'Spent', value: percent(share) },
    ],
  };
}
