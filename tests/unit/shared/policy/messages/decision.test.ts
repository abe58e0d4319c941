import { describe, expect, it } from 'vitest';
import type { ReasonCode } from '../../../../../shared/domain/index.ts';
import { decisionStory, explain } from '../../../../../shared/policy/messages/decision.ts';
import { NOW, past } from '../../../../support/world.ts';

const above = {
  code: 'SIGNAL_ABOVE_TARGET',
  facts: { signal: 'requests', value: 5880, target: 4200, need: 6 },
} as const;
const out = past(0, {
  id: 'd1',
  action: 'scale-out',
  from: 4,
  to: 6,
  reasons: [above],
  inputs: { serving: 4, min: 2, max: 20 },
});

describe('a decision explains itself', () => {
  it('in one line of plain English', () => {
    expect(explain(out)).toBe(
      'web scales out from 4 to 6 instances: requests is 5,880 with a target of 4,200, which needs 6 instances',
    );
  });

  it('also why nothing is done', () => {
    const held = past(0, { reasons: [{ code: 'COOLING_DOWN', facts: { until: NOW } }] });
    expect(explain(held)).toBe(
      'web stays at 4 instances: the last change cools down until 2026-03-02T07:00:00Z',
    );
  });

  it('whatever its reason', () => {
    const codes: ReasonCode[] = [
      'SIGNAL_BELOW_TARGET',
      'WITHIN_TOLERANCE',
      'NO_DATA',
      'INACTIVE',
      'ACTIVATED',
      'USEFUL_UNSURE',
      'USEFUL_CHANGED',
      'USEFUL_RELEARNT',
      'STABILISING',
      'WARMING_UP',
      'AT_MAX',
      'AT_MIN',
      'STEP_LIMITED',
      'ALARM_STANDS',
      'REFRESH_IN_PROGRESS',
      'LAUNCHES_FAIL',
      'ALL_PROTECTED',
      'PAUSED',
      'SUSPENDED',
      'EMPTY_BOUNDS',
      'FORECAST',
      'HEADROOM_CAPPED',
      'SCALE_IN_HELD',
      'WITHIN_BAND',
    ];
    for (const code of codes)
      expect(explain(past(0, { reasons: [{ code, facts: {} }] }))).toMatch(/^web stays at 4 instances: \w/);
  });
});

describe('the story of a decision', () => {
  it('says what happens, why, and under which id it is kept', () => {
    const story = decisionStory(out);
    expect(story).toMatchObject({
      id: 'decision/d1',
      severity: 'info',
      fleet: 'web',
      title: 'web scales out from 4 to 6 instances',
      text: 'Requests is 5,880 with a target of 4,200, which needs 6 instances.',
    });
    expect(story?.facts).toContainEqual({ name: 'Bounds', value: '2 to 20' });
    expect(story?.facts).toContainEqual({ name: 'Decision', value: 'd1' });
  });

  it('names the instances that are taken in', () => {
    const inward = past(0, { action: 'scale-in', from: 4, to: 2, victims: ['i-1', 'i-2'] });
    expect(decisionStory(inward)?.facts).toContainEqual({ name: 'Taken in', value: 'i-1, i-2' });
  });

  it('is not told of what changes nothing', () => {
    expect(decisionStory(past(0, {}))).toBeUndefined();
    expect(decisionStory({ ...out, isShadow: true })).toBeUndefined();
  });
});
