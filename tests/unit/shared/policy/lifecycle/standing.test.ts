import { describe, expect, it } from 'vitest';
import {
  isWarmPoolLeg,
  standsInLaunch,
  standsInTermination,
} from '../../../../../shared/policy/lifecycle/standing.ts';

describe('whether an instance stands in its hook', () => {
  it.each([
    ['Pending', 'stands'],
    ['Pending:Wait', 'stands'],
    ['Warmed:Pending:Wait', 'stands'],
    ['Pending:Proceed', 'over'],
    ['InService', 'over'],
    ['Terminating:Wait', 'over'],
    ['Detached', 'over'],
    [undefined, 'unknown'],
  ])('%s in its launch: %s', (lifecycle, standing) => {
    expect(standsInLaunch(lifecycle)).toBe(standing);
  });

  it.each([
    ['InService', 'stands'],
    ['Terminating', 'stands'],
    ['Terminating:Wait', 'stands'],
    ['Warmed:Terminating:Wait', 'stands'],
    ['Terminating:Proceed', 'over'],
    ['Warmed:Terminated', 'over'],
    // The replacement of a root volume holds an instance in the same hook.
    ['ReplacingRootVolume:Wait', 'stands'],
    ['ReplacingRootVolume:Proceed', 'over'],
    ['RootVolumeReplaced', 'over'],
    // Neither standby nor detaching runs a hook.
    ['EnteringStandby', 'over'],
    ['Standby', 'over'],
    ['Detaching', 'over'],
    ['Detached', 'over'],
    [undefined, 'unknown'],
  ])('%s in its termination: %s', (lifecycle, standing) => {
    expect(standsInTermination(lifecycle)).toBe(standing);
  });
});

describe('a leg of a warm pool', () => {
  const action = { token: 't', group: 'g', hook: 'h', instance: 'i' };

  it('has the pool at one of its ends', () => {
    expect(isWarmPoolLeg({ ...action, origin: 'AutoScalingGroup', destination: 'WarmPool' })).toBe(true);
    expect(isWarmPoolLeg({ ...action, origin: 'WarmPool', destination: 'EC2' })).toBe(true);
    expect(isWarmPoolLeg({ ...action, origin: 'AutoScalingGroup', destination: 'EC2' })).toBe(false);
    expect(isWarmPoolLeg(action)).toBe(false);
  });
});
