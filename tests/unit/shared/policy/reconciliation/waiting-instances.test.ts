import { describe, expect, it } from 'vitest';
import {
  hookToAnswer,
  waitingInstances,
} from '../../../../../shared/policy/reconciliation/waiting-instances.ts';
import { instance } from '../../../../support/world.ts';

describe('an instance waits', () => {
  it.each([
    ['Pending:Wait', 'launching'],
    ['Terminating:Wait', 'terminating'],
    ['ReplacingRootVolume:Wait', 'terminating'],
  ])('in %s for its %s hook', (lifecycle, transition) => {
    const [waiting] = waitingInstances({ instances: [instance(0, { lifecycle })] });
    expect(waiting).toEqual({ instance: instance(0).id, transition });
  });

  it.each(['InService', 'Terminating:Proceed', 'Standby', 'ReplacingRootVolume', 'Warmed:Stopped'])(
    'for nothing in %s',
    (lifecycle) => expect(waitingInstances({ instances: [instance(0, { lifecycle })] })).toEqual([]),
  );
});

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
