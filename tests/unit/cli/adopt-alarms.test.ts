import { describe, expect, it } from 'vitest';
import type { Signal } from '../../../shared/domain/index.ts';
import { alarmsOf } from '../../../tools/cli/adopt/alarms.ts';
import { fleet } from '../../support/world.ts';

const group = { name: 'web-group', targetGroups: ['targetgroup/web/1'] };
const alarms = (...signals: Signal[]) => alarmsOf(fleet({ signals }), group, 'dev');
const sessions = {
  kind: 'cloudwatch',
  namespace: 'Shop',
  name: 'Sessions',
  dimensions: { Group: '{group}', Behind: '{target-group}' },
  statistic: 'p90',
} as const;

describe('an adopted group has alarms', () => {
  it('on any metric that has its value for each instance', () => {
    const signal: Signal = { name: 's', metric: { ...sessions, of: 'instance' }, period: 30, target: 50 };
    expect(alarms(signal)[0]).toMatchObject({
      AlarmName: 'evenkeel/dev/web/s-high',
      Namespace: 'Shop',
      MetricName: 'Sessions',
      Dimensions: [
        { Name: 'Group', Value: 'web-group' },
        { Name: 'Behind', Value: 'targetgroup/web/1' },
      ],
      ExtendedStatistic: 'p90',
      Period: 30,
      Threshold: 50,
    });
  });

  it('by the number that an instance can usefully carry', () => {
    const [high, low] = alarms({ name: 'cpu', metric: 'cpu', useful: 70 });
    expect(high).toMatchObject({ Statistic: 'Average', Threshold: 70 });
    expect(low?.Metrics?.[1]).toMatchObject({ Expression: 'signal / 70' });
  });

  it('on nothing that no alarm can watch: each minute it is looked at instead', () => {
    const expression = { kind: 'expression', expression: '1', metrics: {}, of: 'instance' } as const;
    expect(
      alarms(
        { name: 'a', metric: { kind: 'sqs-backlog', queue: 'q' }, useful: 5 },
        { name: 'b', metric: { kind: 'alb-latency', statistic: 'p95' }, target: 1 },
        { name: 'c', metric: { ...sessions, of: 'fleet' }, target: 1 },
        { name: 'd', metric: expression, target: 1 },
        { name: 'e', metric: 'cpu', useful: 'learn' },
      ),
    ).toEqual([]);
  });
});
