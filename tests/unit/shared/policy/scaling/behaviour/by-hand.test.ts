import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Activity, Decision, ScalingPolicy } from '../../../../../../shared/domain/index.ts';
import { isoTime, MINUTE, SECOND } from '../../../../../../shared/domain/index.ts';
import { explain } from '../../../../../../shared/policy/messages/decision.ts';
import type { World } from '../../../../../../shared/policy/scaling/index.ts';
import { decideCapacity } from '../../../../../../shared/policy/scaling/index.ts';
import {
  fleet,
  group,
  instance,
  minutes,
  NOW,
  past,
  situation,
  steady,
  world,
} from '../../../../../support/world.ts';

const HALF_AN_HOUR = 30 * 60;

function decide(observed: World, policy: Partial<ScalingPolicy> = {}): Decision {
  const free = { cooldown: { out: 0, in: 0 }, stabilisation: { out: 0, in: 0 }, byHand: HALF_AN_HOUR };
  return decideCapacity(situation(observed, fleet({ ...free, ...policy })), { id: 'd', cause: 'c' });
}

const codes = ({ reasons }: Decision) => reasons.map(({ code }) => code);

/** An activity whose cause begins with what was asked for so long ago. */
function asked(ago: number, words: string): Activity {
  return {
    id: `activity-${ago}`,
    status: 'Successful',
    description: `Launching a new EC2 instance: ${instance(40).id}`,
    cause:
      `At ${isoTime(NOW - ago)} ${words}.  At ${isoTime(NOW - ago + 5 * SECOND)} an instance was started in ` +
      'response to a difference between desired and actual capacity, increasing the capacity from 2 to 8.',
    startedAt: NOW - 50 * MINUTE,
    endedAt: NOW - 49 * MINUTE,
  };
}

const byUser = (from: number, to: number, ago = 10 * MINUTE) =>
  asked(
    ago,
    `a user request explicitly set group desired capacity changing the desired capacity from ${from} to ${to}`,
  );

/** A fleet of eight that needs two. */
const idle = (activities: readonly Activity[], history: readonly Decision[] = []) =>
  world(8, steady(20), { activities, history });

describe('capacity that somebody has set by hand', () => {
  it('is not told from what the control plane has set before the ledger is asked', () => {
    const glance = { ...idle([byUser(2, 8)]), isAtAGlance: true };
    expect(decide(glance)).toMatchObject({ action: 'scale-in', to: 2 });
  });

  it('is not taken in until the while is over, and the decision says so', () => {
    const decision = decide(idle([byUser(2, 8)]));
    expect(decision).toMatchObject({ action: 'hold', to: 8 });
    expect(explain(decision)).toContain(
      '8 instances were set by hand at 2026-03-02T06:50:00Z, which is kept until 2026-03-02T07:20:00Z though the signals ask for 2',
    );
    expect(decide(idle([byUser(2, 8, 30 * MINUTE)]))).toMatchObject({ action: 'scale-in', to: 2 });
    expect(decide(idle([byUser(2, 8, 30 * MINUTE - SECOND)])).action).toBe('hold');
  });

  it('lets go of what has come on top of it', () => {
    expect(decide(idle([byUser(2, 5)]))).toMatchObject({ action: 'scale-in', to: 5 });
  });

  it('is no bound for more where it was raised', () => {
    expect(decide(world(8, steady(150), { activities: [byUser(2, 8)] }))).toMatchObject({ to: 12 });
  });

  it('is forgotten by a policy that says so', () => {
    expect(decide(idle([byUser(2, 8)]), { byHand: 0 }).to).toBe(2);
  });

  it('is what was asked for last', () => {
    expect(decide(idle([byUser(2, 8, 10 * MINUTE), byUser(8, 4, 5 * MINUTE)])).to).toBe(4);
    const [first, last] = [byUser(2, 8, 10 * MINUTE), byUser(8, 4, 5 * MINUTE)];
    const together = { ...first, cause: `${first.cause ?? ''}  ${last.cause ?? ''}` };
    expect(decide(idle([together])).to).toBe(4);
  });

  it.each([
    [
      'by an update of the group',
      'a user request update of AutoScalingGroup constraints to min: 1, max: 20, desired: 8 changing the desired capacity from 2 to 8',
    ],
    [
      'by a policy that is run by hand',
      'a user request executed policy my.policy changing the desired capacity from 2 to 8',
    ],
  ])('counts %s', (_, words) => {
    expect(codes(decide(idle([asked(10 * MINUTE, words)])))).toContain('SET_BY_HAND');
  });

  it.each([
    [
      'a scheduled action',
      'a scheduled action update of AutoScalingGroup constraints to min: 1, max: 20, desired: 8 changing the desired capacity from 2 to 8',
    ],
    [
      'a policy of Auto Scaling',
      'a monitor alarm a in state ALARM triggered policy p changing the desired capacity from 2 to 8',
    ],
    [
      'the creation of the group',
      'a user request created an AutoScalingGroup changing the desired capacity from 0 to 8',
    ],
    [
      'a termination',
      'instance i-1 was taken out of service in response to a user request, shrinking the capacity from 9 to 8',
    ],
  ])('is not what %s has set', (_, words) => {
    expect(decide(idle([asked(10 * MINUTE, words)])).to).toBe(2);
  });
});

describe('what the control plane has set itself', () => {
  const recorded = (ago: number, change: Partial<Decision> = {}) =>
    past(ago, { action: 'scale-out', from: 2, to: 8, ...change });

  it('is not taken for a hand', () => {
    expect(decide(idle([byUser(2, 8)], [recorded(10 * MINUTE + 700)])).to).toBe(2);
    expect(decide(idle([byUser(2, 6)], [recorded(10 * MINUTE + 40 * SECOND)])).to).toBe(2);
  });

  it('is a hand where no change was carried out just then, in that direction and so far', () => {
    const others: Partial<Decision>[] = [
      { action: 'hold', from: 8, to: 8 },
      { isShadow: true },
      { at: NOW - 13 * MINUTE },
      { at: NOW - 9 * MINUTE },
      { from: 2, to: 7 },
      { action: 'scale-in', from: 9, to: 8 },
    ];
    for (const other of others)
      expect(codes(decide(idle([byUser(2, 8)], [recorded(10 * MINUTE, other)])))).toContain('SET_BY_HAND');
  });
});

describe('capacity that somebody has lowered by hand', () => {
  const forecast = {
    signals: [{ name: 'requests', metric: 'alb-requests-per-target', useful: 100 }],
  } as const;
  const lowered = (value: number) => world(4, steady(value), { activities: [byUser(8, 4)] });
  /** A load that goes up and down, for which a forecast is careful. */
  const wild = (value: number) => {
    const values = Array.from({ length: 20 }, (_, index) => (index % 2 === 1 ? value : value / 2));
    return world(4, minutes(...values), { activities: [byUser(8, 4)] });
  };

  it('is not raised for caution alone', () => {
    const careful = wild(98);
    expect(decide(careful, { ...forecast, byHand: 0 }).to).toBeGreaterThan(4);
    expect(decide(careful, forecast)).toMatchObject({ action: 'hold', to: 4 });
    expect(codes(decide(careful, forecast))).toContain('SET_BY_HAND');
  });

  it('is raised to what the load as it is measured needs', () => {
    const over = wild(130);
    expect(decide(over, { ...forecast, byHand: 0 }).to).toBeGreaterThan(6);
    expect(decide(over, forecast)).toMatchObject({ action: 'scale-out', to: 6 });
    expect(decide(lowered(150))).toMatchObject({ action: 'scale-out', to: 6 });
  });

  it('is raised to the floors that fleets.yml names', () => {
    expect(decide(lowered(20), { min: 6 })).toMatchObject({ action: 'scale-out', to: 6 });
  });
});

it('no capacity is taken in below what a hand has set, whatever the load and the time', () => {
  const capacities = fc.integer({ min: 2, max: 20 });
  fc.assert(
    fc.property(
      capacities,
      capacities,
      capacities,
      fc.integer({ min: 0, max: 300 }),
      fc.nat(90),
      (from, to, stands, load, ago) => {
        fc.pre(from !== to);
        const observed = world(stands, steady(load), {
          group: group(stands),
          activities: [byUser(from, to, ago * MINUTE)],
        });
        const { to: decided } = decide(observed);
        const isKept = ago < 30;
        if (isKept) expect(decided).toBeGreaterThanOrEqual(Math.min(stands, to));
        expect(isKept || decided === decide({ ...observed, activities: [] }).to).toBe(true);
      },
    ),
  );
});
