import { describe, expect, it } from 'vitest';
import type { Signal } from '../../../../../shared/domain/index.ts';
import { MINUTE } from '../../../../../shared/domain/index.ts';
import { fleetOf } from '../../../../support/fleets.ts';
import { fleetsToScale } from '../../../../../shared/policy/reconciliation/fleets-to-scale.ts';

const NOW = 60 * MINUTE;
const alarm = (
  name: string,
  state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA' = 'ALARM',
  changedAt = NOW - MINUTE,
) => ({
  name: `evenkeel/prod/${name}`,
  state,
  changedAt,
});
const groups = (desired: number) => new Map([['web', { desired, min: 2, max: 10 }]]);
const due = (alarms: ReturnType<typeof alarm>[], desired = 5, fleets = [fleetOf()]) =>
  fleetsToScale(fleets, alarms, groups(desired), NOW);
const looksAhead = { ...fleetOf().scaling, signals: [{ name: 'cpu', metric: 'cpu' as const, useful: 60 }] };

describe('a fleet is evaluated each minute', () => {
  it('while an alarm of it stands, once however many do', () => {
    expect(due([alarm('web/requests-high'), alarm('web/cpu-high')])).toEqual(['web']);
  });

  it('where no alarm can watch a signal of it', () => {
    const signals = [{ name: 'q', metric: { kind: 'sqs-backlog' as const, queue: 'orders' }, target: 10 }];
    expect(due([], 5, [fleetOf({ scaling: { ...fleetOf().scaling, signals } })])).toEqual(['web']);
  });

  it('where it may be woken by requests that nobody serves, which no alarm watches', () => {
    const requests = { name: 'requests', metric: 'alb-requests-per-target' as const, target: 10 };
    const of = (signals: Signal[]) => [fleetOf({ scaling: { ...fleetOf().scaling, signals } })];
    expect(due([], 5, of([{ ...requests, activation: 1 }]))).toEqual(['web']);
    expect(due([], 5, of([requests]))).toEqual([]);
  });

  it('not while its alarms are quiet or know nothing', () => {
    expect(due([alarm('web/requests-high', 'OK'), alarm('web/cpu-high', 'INSUFFICIENT_DATA')])).toEqual([]);
  });

  it('not in the minute of the change, whose event is on its way', () => {
    expect(due([alarm('web/requests-high', 'ALARM', NOW - MINUTE + 1)])).toEqual([]);
    expect(due([alarm('web/requests-high', 'ALARM', NOW - MINUTE)])).toEqual(['web']);
  });

  it('not where the group is at the bound that the alarm pushes to', () => {
    expect(due([alarm('web/requests-high')], 10)).toEqual([]);
    expect(due([alarm('web/requests-low')], 2)).toEqual([]);
    expect(due([alarm('web/requests-low')], 10)).toEqual(['web']);
  });

  it('when it looks ahead, whatever its alarms and wherever in its bounds', () => {
    for (const desired of [2, 5, 10]) {
      expect(due([], desired, [fleetOf({ scaling: looksAhead })])).toEqual(['web']);
      expect(due([alarm('web/requests-high')], desired, [fleetOf({ shadow: looksAhead })])).toEqual(['web']);
    }
    expect(due([], 5, [fleetOf({ name: 'without-group', scaling: looksAhead })])).toEqual([]);
  });

  it('when it has floors, which begin by the clock', () => {
    const { scaling } = fleetOf();
    const floor = { from: '0 7 * * *', for: 3600, zone: 'UTC', min: 4 };
    const timely = [
      { min: 3 },
      { floors: [floor] },
      { events: [{ ...floor, expect: 2 }] },
      { fallback: { instances: 4, after: 600 } },
    ];
    for (const keys of timely)
      expect(due([], 5, [fleetOf({ scaling: { ...scaling, ...keys } })])).toEqual(['web']);
    expect(due([], 5, [fleetOf()])).toEqual([]);
  });

  it('not when it is none of the managed', () => {
    expect(due([alarm('web/requests-high')], 5, [])).toEqual([]);
  });

  it('not when it has no group, or the alarm names no fleet', () => {
    expect(due([alarm('other/requests-high'), { ...alarm('x'), name: 'somebody else’s' }])).toEqual([]);
  });
});
