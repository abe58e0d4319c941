import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../shared/domain/index.ts';
import type { Entry, Principal } from '../../../tools/cloud/kernel/index.ts';
import { boundsHold } from '../../../tools/sandbox/observe/invariants/bounds.ts';
import { eventsAccountedFor } from '../../../tools/sandbox/observe/invariants/events-accounted.ts';
import type { Invariant } from '../../../tools/sandbox/observe/invariants/invariant.ts';
import { nothingDenied } from '../../../tools/sandbox/observe/invariants/nothing-denied.ts';
import { oneCompletionEach } from '../../../tools/sandbox/observe/invariants/one-completion.ts';
import { oneWriteADecision } from '../../../tools/sandbox/observe/invariants/one-write.ts';
import { protectedStay } from '../../../tools/sandbox/observe/invariants/protected-instances.ts';

const role: Principal = { kind: 'role', roleName: 'scale', session: 'scale' };

function judge(invariant: Invariant, ...entries: Entry[]) {
  for (const [at, entry] of entries.entries()) invariant.see({ ...entry, at });
  return invariant.verdict();
}

describe('bounds', () => {
  const size = (desired: number): Entry => ({
    kind: 'capacity',
    group: 'g',
    min: 2,
    max: 5,
    desired,
    cause: 'test',
  });

  it('hold at the bounds themselves', () => {
    expect(judge(boundsHold(), size(2), size(5))).toEqual({ id: 'bounds', ok: true, checked: 2 });
  });

  it.each([1, 6])('break at %d of 2 to 5', (desired) => {
    const { ok, detail } = judge(boundsHold(), size(desired));
    expect(ok).toBe(false);
    expect(detail).toContain('2–5');
  });
});

describe('one completion for each lifecycle token', () => {
  const phase = (token: string, phase: 'completed' | 'refused' | 'expired'): Entry => ({
    kind: 'lifecycle-action',
    token,
    group: 'g',
    hook: 'h',
    instance: 'i-1',
    transition: 'autoscaling:EC2_INSTANCE_TERMINATING',
    phase,
  });

  it('holds for different tokens, and for one that expired', () => {
    expect(
      judge(oneCompletionEach(), phase('a', 'completed'), phase('b', 'completed'), phase('c', 'expired')),
    ).toMatchObject({
      ok: true,
      checked: 2,
    });
  });

  it('breaks on a second completion, also when AWS refused it', () => {
    expect(judge(oneCompletionEach(), phase('a', 'completed'), phase('a', 'refused')).ok).toBe(false);
    expect(judge(oneCompletionEach(), phase('a', 'completed'), phase('a', 'completed')).ok).toBe(false);
  });
});

const lostReply = (action: string): Entry => ({
  kind: 'weather',
  id: 'w1',
  weather: 'lost-reply',
  phase: 'strikes',
  action,
});

describe('a call that is made again because its reply was lost', () => {
  const completion = (phase: 'completed' | 'refused', token = 'a'): Entry => ({
    kind: 'lifecycle-action',
    token,
    group: 'g',
    hook: 'h',
    instance: 'i-1',
    transition: 'autoscaling:EC2_INSTANCE_TERMINATING',
    phase,
  });
  const LOST = lostReply('autoscaling:CompleteLifecycleAction');

  it('completes nothing twice, but a third time does', () => {
    const once = [LOST, completion('completed'), completion('refused')];
    expect(judge(oneCompletionEach(), ...once).ok).toBe(true);
    expect(judge(oneCompletionEach(), ...once, completion('refused')).ok).toBe(false);
    const withoutToken = [LOST, completion('completed'), completion('refused', '')];
    expect(judge(oneCompletionEach(), ...withoutToken).ok).toBe(true);
  });

  it.each([
    ['6.4', true],
    ['4.9', false],
  ])('or because it was given up: it took %s s', (seconds, isExcused) => {
    const slow: Entry = {
      kind: 'weather',
      id: 'w1',
      weather: 'slow',
      phase: 'strikes',
      what: `drain: autoscaling:CompleteLifecycleAction takes ${seconds} s`,
      action: 'autoscaling:CompleteLifecycleAction',
    };
    expect(judge(oneCompletionEach(), slow, completion('completed'), completion('refused')).ok).toBe(
      isExcused,
    );
  });

  it('excuses no other call than the one whose reply was lost', () => {
    const other = lostReply('autoscaling:SetDesiredCapacity');
    expect(judge(oneCompletionEach(), other, completion('completed'), completion('refused')).ok).toBe(false);
  });

  it('writes nothing twice, but another value is another write', () => {
    const set = (DesiredCapacity: number): Entry => ({
      kind: 'api-call',
      action: 'autoscaling:SetDesiredCapacity',
      principal: role,
      input: { AutoScalingGroupName: 'g', DesiredCapacity },
    });
    const lost = lostReply('autoscaling:SetDesiredCapacity');
    // Without a decision, each write that counts is a breach.
    const breaches = (...entries: Entry[]) =>
      judge(
        oneWriteADecision(() => []),
        ...entries,
      ).checked;
    expect(breaches(lost, set(3), set(3))).toBe(1);
    expect(breaches(lost, set(3), set(4))).toBe(2);
    expect(breaches(set(3), set(3))).toBe(2);
  });
});

describe('protected instances stay', () => {
  const instance = (more: Partial<Entry & { kind: 'instance' }>): Entry => ({
    kind: 'instance',
    id: 'i-1',
    group: 'g',
    zone: 'z',
    image: 'ami-1',
    state: 'running',
    lifecycle: 'InService',
    isProtected: false,
    ...more,
  });
  const terminate = (principal: Principal): Entry => ({
    kind: 'api-call',
    action: 'autoscaling:TerminateInstanceInAutoScalingGroup',
    principal,
    input: { InstanceId: 'i-1' },
  });

  it('an ordinary one may go', () => {
    expect(judge(protectedStay(), instance({}), terminate(role))).toMatchObject({ ok: true, checked: 1 });
  });

  it.each([{ isProtected: true }, { lifecycle: 'Standby' }])('%j may not', (more) => {
    expect(judge(protectedStay(), instance(more), terminate(role)).ok).toBe(false);
  });

  it('one whose protection was lifted may go again', () => {
    expect(judge(protectedStay(), instance({ isProtected: true }), instance({}), terminate(role)).ok).toBe(
      true,
    );
  });

  it('what the account does itself is its own business', () => {
    expect(
      judge(protectedStay(), instance({ isProtected: true }), terminate({ kind: 'account' })).checked,
    ).toBe(0);
  });
});

describe('one write for each decision', () => {
  const decision = (more: Partial<Decision>): Decision => ({
    id: 'd',
    fleet: 'web',
    group: 'g',
    at: 0,
    action: 'scale-out',
    from: 2,
    to: 4,
    victims: [],
    reasons: [],
    isShadow: false,
    cause: 'test',
    inputs: {},
    ...more,
  });
  const set = (desired: number, error?: string): Entry => ({
    kind: 'api-call',
    action: 'autoscaling:SetDesiredCapacity',
    principal: role,
    input: { AutoScalingGroupName: 'g', DesiredCapacity: desired },
    ...(error === undefined ? {} : { error }),
  });
  const terminate = (id: string, ShouldDecrementDesiredCapacity = true): Entry => ({
    kind: 'api-call',
    action: 'autoscaling:TerminateInstanceInAutoScalingGroup',
    principal: role,
    input: { InstanceId: id, ShouldDecrementDesiredCapacity },
  });
  const scaleIn = decision({ action: 'scale-in', from: 3, to: 2, victims: ['i-1'] });

  it('holds when each write has its decision', () => {
    const invariant = oneWriteADecision(() => [decision({}), scaleIn]);
    expect(judge(invariant, set(4), terminate('i-1'))).toMatchObject({ ok: true, checked: 2 });
  });

  it('asks for none where capacity stays what it is, and for one where a number is taken back', () => {
    const invariant = oneWriteADecision(() => [decision({ action: 'scale-in', from: 3, to: 2 })]);
    expect(judge(invariant, terminate('i-1', false), set(2))).toMatchObject({ ok: true, checked: 1 });
  });

  it('breaks on a second write for the same decision', () => {
    expect(
      judge(
        oneWriteADecision(() => [decision({})]),
        set(4),
        set(4),
      ).ok,
    ).toBe(false);
    expect(
      judge(
        oneWriteADecision(() => [scaleIn]),
        terminate('i-1'),
        terminate('i-1'),
      ).ok,
    ).toBe(false);
  });

  it('breaks on a write that nobody decided, or only afterwards', () => {
    expect(
      judge(
        oneWriteADecision(() => []),
        set(4),
      ).ok,
    ).toBe(false);
    expect(
      judge(
        oneWriteADecision(() => [decision({ at: 1 })]),
        set(4),
      ).ok,
    ).toBe(false);
  });

  it('breaks on a write for a shadow decision', () => {
    expect(
      judge(
        oneWriteADecision(() => [decision({ isShadow: true })]),
        set(4),
      ).ok,
    ).toBe(false);
  });

  it('does not count a write that AWS refused', () => {
    expect(
      judge(
        oneWriteADecision(() => [decision({})]),
        set(4, 'ScalingActivityInProgress'),
        set(4),
      ).ok,
    ).toBe(true);
  });
});

describe('events are accounted for', () => {
  const FUNCTION = 'arn:aws:lambda:eu-central-1:123456789012:function:scale:durable';
  const delivery = (outcome: 'delivered' | 'dead-letter' | 'dropped'): Entry => ({
    kind: 'delivery',
    from: 'rule',
    to: FUNCTION,
    eventId: 'e-1',
    outcome,
  });
  const invocation = (outcome: 'succeeded' | 'failed' | 'suspended' | 'timed-out'): Entry => ({
    kind: 'invocation',
    functionName: 'scale',
    requestId: 'r',
    outcome,
    eventId: 'e-1',
    payload: {},
  });

  it.each(['succeeded', 'suspended'] as const)('by an invocation that %s', (outcome) => {
    expect(judge(eventsAccountedFor(), delivery('delivered'), invocation(outcome))).toMatchObject({
      ok: true,
      checked: 1,
    });
  });

  it('by a later try that succeeded', () => {
    expect(
      judge(eventsAccountedFor(), delivery('delivered'), invocation('failed'), invocation('succeeded')).ok,
    ).toBe(true);
  });

  it('by a dead-letter queue', () => {
    expect(judge(eventsAccountedFor(), delivery('dead-letter')).ok).toBe(true);
    expect(
      judge(eventsAccountedFor(), delivery('delivered'), invocation('failed'), delivery('dead-letter')).ok,
    ).toBe(true);
  });

  it('by a dead-letter queue that the function itself hands its failure to', () => {
    const handed: Entry = {
      kind: 'delivery',
      from: FUNCTION,
      to: 'queue',
      eventId: 'e-1',
      outcome: 'dead-letter',
    };
    expect(judge(eventsAccountedFor(), delivery('delivered'), invocation('failed'), handed)).toMatchObject({
      ok: true,
      checked: 1,
    });
  });

  it('not when the function never ran, failed for good, or the event was dropped', () => {
    expect(judge(eventsAccountedFor(), delivery('delivered')).ok).toBe(false);
    expect(judge(eventsAccountedFor(), delivery('delivered'), invocation('timed-out')).ok).toBe(false);
    expect(judge(eventsAccountedFor(), delivery('dropped')).ok).toBe(false);
  });
});

describe('nothing is denied', () => {
  const denied: Entry = {
    kind: 'access-denied',
    principal: role,
    action: 'sqs:SendMessage',
    resource: 'arn:q',
    because: 'because no identity-based policy allows the sqs:SendMessage action',
  };

  it('breaks on a refusal, and names role, action and resource', () => {
    expect(judge(nothingDenied(), denied)).toMatchObject({
      ok: false,
      detail: 'once: scale: sqs:SendMessage on arn:q',
    });
  });
});
