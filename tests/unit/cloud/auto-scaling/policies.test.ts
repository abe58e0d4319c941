import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AwsError } from '../../../../tools/cloud/kernel/index.ts';
import { adjusted, stepFor } from '../../../../tools/cloud/services/auto-scaling/adjustment.ts';
import {
  scaleInWish,
  scaleOutWish,
} from '../../../../tools/cloud/services/auto-scaling/target-tracking/wishes.ts';
import { DEREGISTRATION_SECONDS, TARGET_GROUP } from './fake-elb.ts';
import type { World } from './world.ts';
import { GROUP, openWorld, TERMINATE_HOOK } from './world.ts';

const MINUTE = 60;
const name = { AutoScalingGroupName: GROUP };

describe('a scaling policy', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
    await world.create({ DesiredCapacity: 2, MaxSize: 10, TargetGroupARNs: [] });
    await world.pass(10 * MINUTE);
  });
  afterEach(() => world.close());

  const desired = async () => (await world.describe()).DesiredCapacity;
  const putSimple = async (ScalingAdjustment: number, Cooldown?: number) => {
    const { PolicyARN = '' } = await world.api.putScalingPolicy({
      ...name,
      PolicyName: 'simple',
      AdjustmentType: 'ChangeInCapacity',
      ScalingAdjustment,
      Cooldown,
    });
    return PolicyARN;
  };
  const putStep = async (lower: number, adjustment: number) => {
    const { PolicyARN = '' } = await world.api.putScalingPolicy({
      ...name,
      PolicyName: `step${adjustment}`,
      PolicyType: 'StepScaling',
      AdjustmentType: 'ChangeInCapacity',
      EstimatedInstanceWarmup: 300,
      StepAdjustments:
        adjustment < 0
          ? [{ MetricIntervalUpperBound: lower, ScalingAdjustment: adjustment }]
          : [
              {
                MetricIntervalLowerBound: lower,
                MetricIntervalUpperBound: lower + 20,
                ScalingAdjustment: adjustment,
              },
              { MetricIntervalLowerBound: lower + 20, ScalingAdjustment: 2 * adjustment },
            ],
    });
    return PolicyARN;
  };
  const alarm = (policyArn: string, metricValue = 70) =>
    world.service.onPolicyAction(policyArn, { alarmName: 'high', metricValue, threshold: 60 });

  it('changes the desired capacity when its alarm goes off', async () => {
    alarm(await putSimple(3));
    expect(await desired()).toBe(5);
    await world.pass(5);
    expect((await world.activities())[0]?.Cause).toContain(
      'a monitor alarm high in state ALARM triggered policy simple changing the desired capacity from 2 to 5',
    );
  });

  it('stays within the bounds', async () => {
    alarm(await putSimple(30));
    expect(await desired()).toBe(10);
  });

  it('waits for its cooldown, which begins when the instances have come', async () => {
    const policy = await putSimple(1, 120);
    alarm(policy);
    await world.pass(10);
    alarm(policy);
    expect(await desired()).toBe(3);
    await world.pass(120);
    alarm(policy);
    expect(await desired()).toBe(3);
    await world.pass(20);
    alarm(policy);
    expect(await desired()).toBe(4);
  });

  it('begins its cooldown after a scale-in only when the draining is over', async () => {
    await world.api.attachLoadBalancerTargetGroups({ ...name, TargetGroupARNs: [TARGET_GROUP] });
    const policy = await putSimple(-1, 60);
    alarm(policy);
    await world.pass(DEREGISTRATION_SECONDS + 40);
    alarm(policy);
    expect(await desired()).toBe(1);
    await world.pass(60);
    alarm(policy);
    expect(await desired()).toBe(0);
  });

  it('has its cooldown behind it in time even where nothing could be launched', async () => {
    const policy = await putSimple(1, 60);
    world.ec2.failures.set('*', new AwsError('InsufficientInstanceCapacity', 'none'));
    alarm(policy);
    await world.pass(2 * MINUTE);
    alarm(policy);
    expect(await desired()).toBe(4);
  });

  it('blocks SetDesiredCapacity in its cooldown only where that honours it', async () => {
    alarm(await putSimple(1));
    await world.pass(MINUTE);
    await expect(
      world.api.setDesiredCapacity({ ...name, DesiredCapacity: 5, HonorCooldown: true }),
    ).rejects.toMatchObject({ name: 'ScalingActivityInProgressFault' });
    await world.api.setDesiredCapacity({ ...name, DesiredCapacity: 5 });
    expect(await desired()).toBe(5);
  });

  it('takes the step for how far the metric is beyond the threshold', async () => {
    const policy = await putStep(0, 1);
    alarm(policy, 85);
    expect(await desired()).toBe(4);
  });

  it('counts what warms up as added: the same breach adds nothing, a greater one the difference', async () => {
    const policy = await putStep(0, 1);
    alarm(policy, 70);
    expect(await desired()).toBe(3);
    await world.pass(MINUTE);
    alarm(policy, 70);
    expect(await desired()).toBe(3);
    alarm(policy, 90);
    expect(await desired()).toBe(4);
    await world.pass(10 * MINUTE);
    alarm(policy, 70);
    expect(await desired()).toBe(5);
  });

  it('takes nothing in while instances warm up', async () => {
    const [out, inwards] = [await putStep(0, 1), await putStep(0, -1)];
    alarm(out, 70);
    await world.pass(MINUTE);
    alarm(inwards, 20);
    expect(await desired()).toBe(3);
    await world.pass(10 * MINUTE);
    alarm(inwards, 20);
    expect(await desired()).toBe(2);
  });

  it('counts what is being terminated as still there: the same breach takes nothing twice', async () => {
    await world.api.putLifecycleHook({ ...name, ...TERMINATE_HOOK });
    await world.api.setDesiredCapacity({ ...name, DesiredCapacity: 8 });
    await world.pass(20 * MINUTE);
    const policy = await putStep(0, -3);
    alarm(policy, 20);
    expect(await desired()).toBe(5);
    await world.pass(MINUTE);
    alarm(policy, 20);
    expect(await desired()).toBe(5);
    await world.pass(20 * MINUTE);
    alarm(policy, 20);
    expect(await desired()).toBe(2);
  });

  it('gives way to the one that wants more, out and in, whichever alarm is heard first', async () => {
    await world.api.setDesiredCapacity({ ...name, DesiredCapacity: 6 });
    await world.pass(20 * MINUTE);
    const [one, three] = [await putStep(0, -1), await putStep(0, -3)];
    alarm(three, 20);
    alarm(one, 20);
    expect(await desired()).toBe(5);
    await world.pass(20 * MINUTE);
    const [more, most] = [await putStep(0, 1), await putStep(0, 3)];
    alarm(most, 70);
    alarm(more, 70);
    expect(await desired()).toBe(8);
  });

  it.each([
    [
      'overlap',
      [
        [0, 20],
        [10, undefined],
      ],
    ],
    [
      'have a gap',
      [
        [0, 10],
        [20, undefined],
      ],
    ],
    ['end above the threshold', [[0, 10]]],
    ['begin below it', [[-10, 0]]],
    ['turn round', [[20, 10]]],
  ])('has no steps that %s', async (_what, bounds) => {
    const StepAdjustments = bounds.map(([MetricIntervalLowerBound, MetricIntervalUpperBound]) => ({
      MetricIntervalLowerBound,
      MetricIntervalUpperBound,
      ScalingAdjustment: 1,
    }));
    await expect(
      world.api.putScalingPolicy({
        ...name,
        PolicyName: 'odd',
        PolicyType: 'StepScaling',
        AdjustmentType: 'ChangeInCapacity',
        StepAdjustments,
      }),
    ).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('does nothing while AlarmNotification is suspended or it is disabled', async () => {
    const policy = await putSimple(1);
    await world.api.suspendProcesses({ ...name, ScalingProcesses: ['AlarmNotification'] });
    alarm(policy);
    await world.api.resumeProcesses(name);
    await world.api.putScalingPolicy({
      ...name,
      PolicyName: 'simple',
      AdjustmentType: 'ChangeInCapacity',
      ScalingAdjustment: 1,
      Enabled: false,
    });
    alarm(policy);
    expect(await desired()).toBe(2);
  });

  it('can be executed by hand, described and deleted', async () => {
    const arn = await putSimple(2);
    await world.api.executePolicy({ ...name, PolicyName: 'simple' });
    expect(await desired()).toBe(4);
    const { ScalingPolicies } = await world.api.describePolicies({ PolicyNames: [arn] });
    expect(ScalingPolicies).toMatchObject([
      { ...name, PolicyName: 'simple', PolicyType: 'SimpleScaling', Enabled: true },
    ]);
    await world.api.deletePolicy({ ...name, PolicyName: 'simple' });
    await expect(world.api.executePolicy({ ...name, PolicyName: 'simple' })).rejects.toMatchObject({
      name: 'ValidationError',
    });
  });

  it('needs the metric to choose a step', async () => {
    await putStep(0, 1);
    await expect(world.api.executePolicy({ ...name, PolicyName: 'step1' })).rejects.toMatchObject({
      name: 'ValidationError',
    });
  });
});

describe('an adjustment', () => {
  // "Scaling adjustment types", Amazon EC2 Auto Scaling User Guide.
  it.each([
    [10, 127, 22],
    [10, 6.7, 11],
    [10, -5.8, 9],
    [10, -66.7, 4],
    [3, 50, 4],
  ])(
    'of %d by %d percent gives %d: rounded towards zero, but never to nothing',
    (capacity, percent, result) => {
      expect(adjusted(capacity, 'PercentChangeInCapacity', percent)).toBe(result);
    },
  );

  it('of a percentage changes by the magnitude at least', () => {
    expect(adjusted(4, 'PercentChangeInCapacity', 25, 2)).toBe(6);
    expect(adjusted(4, 'PercentChangeInCapacity', -25, 2)).toBe(2);
  });

  it('never turns round', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1000 }),
        fc.integer({ min: -100, max: 300 }),
        (capacity, percent) => {
          const change = adjusted(capacity, 'PercentChangeInCapacity', percent) - capacity;
          return change === 0 || Math.sign(change) === Math.sign(percent);
        },
      ),
    );
  });

  it('takes the step whose interval holds the breach, bounds as AWS has them', () => {
    const steps = [
      { MetricIntervalUpperBound: -20, ScalingAdjustment: -2 },
      { MetricIntervalLowerBound: -20, MetricIntervalUpperBound: 0, ScalingAdjustment: -1 },
      { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 10, ScalingAdjustment: 1 },
      { MetricIntervalLowerBound: 10, ScalingAdjustment: 3 },
    ];
    const at = (metric: number) => stepFor(steps, metric, 50);
    expect([30, 31, 50, 59.9, 60, 99].map(at)).toEqual([-2, -1, -1, 1, 3, 3]);
  });
});

describe('target tracking reckons', () => {
  const sizes = fc.integer({ min: 1, max: 500 });
  const metrics = fc.double({ min: 0, max: 1000, noNaN: true });
  const targets = fc.double({ min: 1, max: 500, noNaN: true });

  it('the least capacity out that brings the metric to the target', () => {
    fc.assert(
      fc.property(sizes, metrics, targets, (ready, metric, target) => {
        const wish = scaleOutWish(ready, metric, target);
        const load = ready * metric;
        expect(load).toBeLessThanOrEqual(wish * target * (1 + 1e-6) + 1e-6);
        if (wish > 0) expect((wish - 1) * target).toBeLessThan(load);
      }),
    );
  });

  it('never so much in that the metric would be above the target', () => {
    fc.assert(
      fc.property(sizes, metrics, targets, (current, metric, target) => {
        const wish = scaleInWish(current, metric, target);
        expect(wish).toBeLessThanOrEqual(current);
        if (wish < current) expect(current * metric).toBeLessThanOrEqual(wish * target * (1 + 1e-6) + 1e-6);
      }),
    );
  });

  it('whole numbers as whole numbers', () => {
    expect(scaleOutWish(4, 75, 50)).toBe(6);
    expect(scaleOutWish(3, 0.7, 0.1)).toBe(21);
    expect(scaleInWish(10, 0.3, 1)).toBe(3);
  });
});
