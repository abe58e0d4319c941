import { describe, expect, it } from 'vitest';
import { hookToAnswer } from '../../../../../shared/policy/reconciliation/waiting-instances.ts';

describe('the hook to answer for a missed event', () => {
  const hook = (name: string, transition: 'launching' | 'terminating' = 'terminating') => ({
    name,
    transition,
  });

  it('is the only one of its transition', () => {
    expect(hookToAnswer([hook('theirs'), hook('evenkeel-admission', 'launching')], 'terminating')).toBe(
      'theirs',
    );
  });

  it('is ours among several', () => {
    expect(hookToAnswer([hook('theirs'), hook('evenkeel-drain')], 'terminating')).toBe('evenkeel-drain');
  });

  it('is none where it cannot be told', () => {
    expect(hookToAnswer([], 'terminating')).toBeUndefined();
    expect(hookToAnswer([hook('a'), hook('b')], 'terminating')).toBeUndefined();
    expect(hookToAnswer([hook('evenkeel-1'), hook('evenkeel-2')], 'terminating')).toBeUndefined();
    expect(hookToAnswer([hook('evenkeel-admission', 'launching')], 'terminating')).toBeUndefined();
  });
});
