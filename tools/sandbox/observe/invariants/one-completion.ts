import { Checks, type Invariant } from './invariant.ts';
import { LostReplies } from './lost-replies.ts';

/** Each lifecycle action is completed once: a second try is a completion that AWS refused. */
export function oneCompletionEach(): Invariant {
  const checks = new Checks();
  const completed = new Set<string>();
  const lost = new LostReplies('autoscaling:CompleteLifecycleAction');
  return {
    see(entry) {
      lost.see(entry);
      if (entry.kind !== 'lifecycle-action') return;
      if (entry.phase !== 'completed' && entry.phase !== 'refused') return;
      // Whoever found the action by polling has no token of it.
      if (lost.isRepeated(`${entry.hook} ${entry.instance}`)) return;
      const isFirst = entry.phase === 'completed' && !completed.has(entry.token);
      checks.expect(isFirst, () => `${entry.instance} (${entry.hook}) was completed twice`);
      completed.add(entry.token);
    },
    verdict: () => checks.verdict('one-completion-per-token'),
  };
}
