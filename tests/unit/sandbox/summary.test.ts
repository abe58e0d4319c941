import { describe, expect, it } from 'vitest';
import type { Report } from '../../../tools/sandbox/report.ts';
import { summaryOf } from '../../../tools/sandbox/summary.ts';

const verdict = (id: string, ok = true) => ({ id, ok, checked: 3 });

const report = (change: Partial<Report> = {}): Report => ({
  scenario: 'day',
  load: 'a generated day',
  seed: 1,
  virtualSeconds: 100 * 60,
  wallSeconds: 60,
  deploySeconds: 10,
  invariants: [verdict('bounds'), verdict('nothing-denied')],
  capacity: { instanceHours: 12, violationMinutes: 2, oracleInstanceHours: 9 },
  forecast: { minutes: 0, meanError: null },
  requests: { total: 10_000, failed: 0 },
  decisions: [],
  instanceTimes: {},
  drains: [],
  refreshes: [],
  notifications: [],
  awsCalls: {},
  denied: [],
  unusedGrants: [],
  refusedDeliveries: [],
  refusedWires: [],
  unmatchedRules: [],
  ...change,
});

const linesOf = (change?: Partial<Report>, budget?: number) => summaryOf(report(change), budget).split('\n');
const line = (name: string, lines: readonly string[]) => lines.find((one) => one.trim().startsWith(name));

describe('the summary of a run', () => {
  it('says first that every invariant held', () => {
    expect(linesOf()[0]).toBe('  Every invariant held, 2 of 2.');
  });

  it('says first which invariant is broken, and lists that before the others', () => {
    const lines = linesOf({ invariants: [verdict('bounds'), verdict('nothing-denied', false)] });
    expect(lines[0]).toBe('  BROKEN: nothing-denied; 1 of 2 held.');
    const order = lines
      .map((one) => one.trim().split(/\s/)[0])
      .filter((id) => /^(bounds|nothing-denied)$/.test(id ?? ''));
    expect(order).toEqual(['nothing-denied', 'bounds']);
  });

  it('holds violation minutes against the budget, where there is one', () => {
    expect(line('violation minutes', linesOf({}, 0.01))).toContain('2 of 100, 2 % where 1 % may be');
    expect(line('violation minutes', linesOf())).toMatch(/2 of 100, 2 %$/);
  });

  it('says which share of the requests failed, if any did', () => {
    expect(line('requests', linesOf())).toMatch(/10,000, 0 failed$/);
    expect(line('requests', linesOf({ requests: { total: 10_000, failed: 5 } }))).toMatch(
      /5 failed \(0.05 %\)$/,
    );
  });

  it('leaves out of the comparison what cannot be read off', () => {
    const comparison = { policy: 'target-tracking', violationMinutesAtEqualInstanceHours: null };
    const text = line(
      'target tracking',
      linesOf({ comparison: { ...comparison, instanceHoursAtEqualViolations: 14 } }),
    );
    expect(text).toContain('14.0 instance-hours at as few violation minutes');
    expect(text).not.toContain('violation minutes at as many');
  });
});
