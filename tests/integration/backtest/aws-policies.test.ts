import type { StepAdjustment } from '@aws-sdk/client-auto-scaling';
import { describe, expect, it } from 'vitest';
import { simple } from '../../../tools/backtest/policies/aws/simple.ts';
import { step } from '../../../tools/backtest/policies/aws/step.ts';
import { targetTracking } from '../../../tools/backtest/policies/aws/target-tracking.ts';
import type { PolicyFamily } from '../../../tools/backtest/policy.ts';
import type { Setting } from '../../../tools/backtest/setting.ts';
import { simulate } from '../../../tools/backtest/simulate.ts';
import { minuteTrace } from '../../../tools/backtest/trace/minute-trace.ts';
import { SETTING as COMMON } from '../../unit/backtest/support.ts';
import type { CloudPolicy } from './cloud-loop.ts';
import { desiredInCloud, METRIC } from './cloud-loop.ts';

const SETTING = { ...COMMON, min: 2, max: 30 };

/** The policies as someone would set them up in an account whose instances carry a load of `capacity` each. */
const IN_ACCOUNT: Readonly<Record<string, (capacity: number) => readonly CloudPolicy[]>> = {
  'target-tracking': (capacity) => [
    {
      policy: {
        PolicyName: 'track',
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingConfiguration: { TargetValue: 0.6 * capacity, CustomizedMetricSpecification: METRIC },
      },
    },
  ],
  step: (capacity) => [
    {
      policy: steps('out', [
        { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 0.1 * capacity, ScalingAdjustment: 0 },
        {
          MetricIntervalLowerBound: 0.1 * capacity,
          MetricIntervalUpperBound: 0.2 * capacity,
          ScalingAdjustment: 10,
        },
        { MetricIntervalLowerBound: 0.2 * capacity, ScalingAdjustment: 30 },
      ]),
      alarm: from(0.5 * capacity),
    },
    {
      policy: steps('in', [
        { MetricIntervalLowerBound: -0.1 * capacity, MetricIntervalUpperBound: 0, ScalingAdjustment: 0 },
        {
          MetricIntervalLowerBound: -0.2 * capacity,
          MetricIntervalUpperBound: -0.1 * capacity,
          ScalingAdjustment: -10,
        },
        { MetricIntervalUpperBound: -0.2 * capacity, ScalingAdjustment: -30 },
      ]),
      alarm: downFrom(0.5 * capacity),
    },
  ],
  simple: (capacity) => [
    { policy: percent('out', 30), alarm: from(0.6 * capacity) },
    { policy: percent('in', -10), alarm: downFrom(0.4 * capacity) },
  ],
};

function steps(PolicyName: string, StepAdjustments: StepAdjustment[]): CloudPolicy['policy'] {
  const AdjustmentType = 'PercentChangeInCapacity';
  return { PolicyName, PolicyType: 'StepScaling', AdjustmentType, StepAdjustments };
}

function percent(PolicyName: string, ScalingAdjustment: number): CloudPolicy['policy'] {
  const AdjustmentType = 'PercentChangeInCapacity';
  return { PolicyName, PolicyType: 'SimpleScaling', AdjustmentType, ScalingAdjustment };
}

function from(Threshold: number): CloudPolicy['alarm'] {
  return { ComparisonOperator: 'GreaterThanOrEqualToThreshold', Threshold, EvaluationPeriods: 2 };
}

function downFrom(Threshold: number): CloudPolicy['alarm'] {
  return { ComparisonOperator: 'LessThanOrEqualToThreshold', Threshold, EvaluationPeriods: 2 };
}

const minutes = (count: number, load: (minute: number) => number) =>
  Float64Array.from({ length: count }, (_, minute) => load(minute));

/** A repeatable number from 0 to 1 for each minute. */
const chance = (minute: number) => {
  const value = Math.sin(minute * 12.9898 + 4.1414) * 43758.5453;
  return value - Math.floor(value);
};

const WAVE = minutes(130, (minute) => 55 + 45 * Math.sin((minute / 120) * 2 * Math.PI));
const CROWD = minutes(110, (minute) => 30 + (minute < 10 ? 0 : 120 * Math.exp(-(minute - 10) / 25)));
const NOISE = minutes(130, (minute) => (minute < 60 ? 50 : 90) * (0.7 + 0.6 * chance(minute)));
/** Up for as long as makes a launch, and down while what was launched still boots or warms up. */
const PULSES = minutes(160, (minute) => (minute % 23 < 5 ? 140 : 30) * (0.9 + 0.2 * chance(minute)));
const GAPS = WAVE.map((load, minute) => (minute % 47 > 40 || chance(minute) < 0.25 ? NaN : load));

const LOADS: readonly [string, Float64Array, Partial<Setting>][] = [
  ['a wave of two hours', WAVE, {}],
  [
    'a wave with small instances that boot and drain quickly',
    WAVE,
    { capacity: 3, boot: 120, drain: 120, max: 60 },
  ],
  ['a flash crowd that ebbs', CROWD, {}],
  ['a flash crowd beyond the maximum', CROWD, { max: 9, boot: 300 }],
  ['noise about a level that shifts', NOISE, {}],
  ['pulses shorter than a boot', PULSES, { boot: 240, drain: 120 }],
  ['a wave with minutes of which nothing is known', GAPS, {}],
  ['a fleet of one instance', WAVE.map((load) => load / 10), { min: 1 }],
];

describe.each<[PolicyFamily]>([[targetTracking], [step], [simple]])('the simulation of $name', (family) => {
  it.each(LOADS)('agrees with the local cloud in every minute of %s', async (name, load, change) => {
    const setting = { ...SETTING, ...change };
    const run = simulate(minuteTrace(name, 0, load), family.at(), setting);
    const policies = IN_ACCOUNT[family.name]?.(setting.capacity) ?? [];
    const inCloud = await desiredInCloud(load, policies, setting, run.inService[0] ?? 0);
    expect(new Set(inCloud).size).toBeGreaterThan(1);
    expect([...run.desired]).toEqual(inCloud);
  });
});
