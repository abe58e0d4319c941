import { Checks, type Invariant } from './invariant.ts';

/** Each lifecycle action is completed once: a second try is a completion that AWS refused. */
export function oneCompletionEach(): Invariant {
  const checks = new Checks();
  const completed = new Set<string>();
  return {
    see(entry) {
      if (entry.kind !== 'lifecycle-action') return;
      if (entry.phase !== 'completed' && entry.phase !== 'refused') return;
      const isFirst = entry.phase === 'completed' && !completed.has(entry.token);
      checks.expect(isFirst, () => `${entry.instance} (${entry.hook}) was completed twice`);
      completed.add(entry.token);
    },
    verdict: () => checks.verdict('one-completion-per-token'),
  };
}
