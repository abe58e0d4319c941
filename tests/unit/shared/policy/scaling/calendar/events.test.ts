import { describe, expect, it } from 'vitest';
import type { Decision, KnownEvent, ScalingPolicy } from '../../../../../../shared/domain/index.ts';
import { MINUTE } from '../../../../../../shared/domain/index.ts';
import { explain } from '../../../../../../shared/policy/messages/decision.ts';
import { eventHistory, factorOver } from '../../../../../../shared/policy/scaling/calendar/events.ts';
import type { World } from '../../../../../../shared/policy/scaling/index.ts';
import { decideCapacity } from '../../../../../../shared/policy/scaling/index.ts';
import { fleet, NOW, past, situation, steady, world } from '../../../../../support/world.ts';

/** `NOW` is 07:00; capacity takes five minutes with the usual timings: boot, lag and period. */
const sale: KnownEvent = { from: '2026-03-02T07:05', for: 3600, zone: 'UTC', expect: 3 };
const later: KnownEvent = { ...sale, from: '2026-03-02T07:06' };
const begun: KnownEvent = { ...sale, from: '2026-03-02T06:30' };
const BEGAN = Date.UTC(2026, 2, 2, 6, 30);

function decide(observed: World, policy: Partial<ScalingPolicy>): Decision {
  return decideCapacity(situation(observed, fleet(policy)), { id: 'd', cause: 'c' });
}

describe('how much more is expected', () => {
  const at = (minutes: number) => NOW + minutes * MINUTE;

  it('is the greatest factor of what goes on at some time of the span', () => {
    const events = [sale, { ...sale, expect: 2 }];
    expect(factorOver(events, at(0), at(4))).toBe(1);
    expect(factorOver(events, at(0), at(5))).toBe(3);
    expect(factorOver(events, at(64), at(70))).toBe(3);
    expect(factorOver(events, at(65), at(70))).toBe(1);
    expect(factorOver([], at(0), at(5))).toBe(1);
  });
});

describe('a known event', () => {
  it('has its capacity asked for so early that it stands when it begins, and no earlier', () => {
    const decision = decide(world(4, steady(100)), { events: [sale] });
    expect(decision).toMatchObject({ action: 'scale-out', from: 4, to: 12 });
    expect(decision.inputs).toMatchObject({ 'event.from': NOW + 5 * MINUTE, 'event.need': 4 });
    expect(explain(decision)).toContain(
      '3 times the usual demand is expected until 2026-03-02T08:05:00Z: 12 instances instead of 4',
    );
    expect(decide(world(4, steady(100)), { events: [later] }).action).toBe('hold');
    const slow = { boot: 240, drain: 300, lag: 60, period: 60 };
    expect(decide(world(4, steady(100), { timings: slow }), { events: [later] }).to).toBe(12);
  });

  it('keeps it while it goes on, whatever comes, and lets it go at its end', () => {
    const history = [past(MINUTE, { inputs: { 'event.from': BEGAN, 'event.need': 4, need: 4 } })];
    expect(decide(world(12, steady(20), { history }), { events: [begun] }).action).toBe('hold');
    const over = { ...begun, for: 1800 };
    expect(decide(world(12, steady(20), { history: [] }), { events: [over] }).action).toBe('scale-in');
  });

  it('goes by what was needed when its capacity was asked for, not by what is needed when that has come', () => {
    const recorded = (minutes: number, need: number) =>
      past(minutes * MINUTE, { inputs: { 'event.from': NOW + 3 * MINUTE, 'event.need': need } });
    const near: KnownEvent = { ...sale, from: '2026-03-02T07:03' };
    const history = [recorded(1, 3), recorded(2, 4)];
    expect(decide(world(12, steady(20), { history }), { events: [near] })).toMatchObject({
      action: 'hold',
      inputs: { 'event.need': 4 },
    });
  });

  it('is remembered from when its capacity was asked for, however long it goes on', () => {
    const history = (observed: World, events: readonly KnownEvent[]) =>
      eventHistory(situation(observed, fleet({ events })));
    expect(history(world(4, steady(100)), [begun])).toBe(35 * MINUTE);
    expect(history(world(4, steady(100)), [sale])).toBe(0);
    expect(history(world(4, steady(100)), [later])).toBe(0);
  });

  it('is not multiplied once more by what it brings', () => {
    const history = [past(MINUTE, { inputs: { 'event.from': BEGAN, 'event.need': 4, need: 12 } })];
    const decision = decide(world(12, steady(100), { history }), { events: [begun] });
    expect(decision.action).toBe('hold');
    expect(decision.inputs).toMatchObject({ 'event.need': 4 });
    expect(decide(world(12, steady(100)), { events: [begun] }).action).toBe('hold');
  });

  it('leaves to the signals what they ask for beyond it', () => {
    const history = [past(MINUTE, { inputs: { 'event.from': BEGAN, 'event.need': 2 } })];
    expect(decide(world(6, steady(200), { history }), { events: [begun] }).to).toBe(12);
  });

  it('ends at the maximum', () => {
    expect(decide(world(8, steady(100)), { events: [sale] }).to).toBe(20);
  });
});
