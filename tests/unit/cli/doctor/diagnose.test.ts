import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../../tools/cli/doctor/diagnose.ts';
import { asJson, asText } from '../../../../tools/cli/doctor/present.ts';
import { CUT_OFF, healthy, picture } from './picture.ts';

type Changes = Parameters<typeof picture>[0];

const codes = (changes: Changes = {}) => diagnose(picture(changes)).map(({ code }) => code);

const refused = { state: 'unhealthy', reason: 'Target.FailedHealthChecks' };
const silent = { state: 'unhealthy', reason: 'Target.Timeout' };
const answered = (code: number) => ({
  state: 'unhealthy',
  reason: 'Target.ResponseCodeMismatch',
  description: `Health checks failed with these codes: [${code}]`,
});

describe('a diagnosis', () => {
  it('finds nothing where all is well', () => {
    expect(codes()).toEqual([]);
  });

  it('leaves a private fleet alone that has no way out and is well', () => {
    expect(codes({ subnets: CUT_OFF })).toEqual([]);
  });

  it('takes a refusal without a way out for a boot that failed, and with one for a wrong port', () => {
    expect(codes({ target: refused, subnets: CUT_OFF })).toEqual(['NO_WAY_OUT']);
    expect(codes({ target: refused })).toEqual(['CONNECTION_REFUSED']);
  });

  it('does not speak of a way out for an instance that answers', () => {
    expect(codes({ target: answered(404), subnets: CUT_OFF })).toEqual(['HEALTH_PATH']);
  });

  it('takes silence for a closed group where one is closed, and else for the application’s own', () => {
    expect(codes({ target: silent })).toEqual(['NO_ANSWER_IN_TIME']);
    expect(codes({ target: silent, instance: { securityGroupIds: ['sg-balancer'] } })).toEqual([
      'NO_ANSWER_IN_TIME',
    ]);
    expect(codes({ target: { ...silent, checkPort: 8080 } })).toEqual(['TARGET_SECURITY_GROUP']);
  });

  it('sees a closed group before the first checks have failed', () => {
    const first = { state: 'initial', reason: 'Elb.InitialHealthChecking' };
    expect(codes({ target: { ...first, checkPort: 8080 } })).toEqual([
      'TARGET_SECURITY_GROUP',
      'FIRST_CHECKS',
    ]);
  });

  it('says of targets at their first checks how many were replaced for their health, and is not silent', () => {
    const activity = { at: 0, status: 'Successful', description: 'Terminating', message: undefined };
    const cause = 'an instance was taken out of service in response to an ELB system health check failure.';
    const activities = [
      { ...activity, cause },
      { ...activity, cause: 'a user request' },
    ];
    const [finding] = diagnose(picture({ target: { state: 'initial' }, group: { activities } }));
    expect(finding).toMatchObject({
      code: 'FIRST_CHECKS',
      verdict: 'No target is healthy: 1 of 1 target at the first checks.',
      evidence: ['Elb.InitialHealthChecking', 'group web has replaced 1 instance for its health of late'],
    });
    expect(codes({ targets: [healthy, { ...healthy, state: 'initial' }] })).toEqual([]);
  });

  it('names the subnets’ blocks for a load balancer that has no group', () => {
    const [finding] = diagnose(picture({ target: silent, balancer: { securityGroupIds: [] } }));
    expect(finding?.mend.join()).toContain('IpRanges=[{CidrIp=10.0.0.0/24}]');
  });

  it.each([
    [301, '--matcher HttpCode=200,301'],
    [404, '--health-check-path'],
    [403, '--health-check-path'],
    [503, 'application’s log'],
  ])('mends an answer of %i by %s', (code, mend) => {
    const [finding] = diagnose(picture({ target: answered(code) }));
    expect(finding?.mend.join('\n').replaceAll("'", '’')).toContain(mend);
  });

  it('does not take connections that failed for slow answers, nor slow ones of the sick', () => {
    expect(codes({ answers: { 504: 10 } })).toEqual(['SLOWER_THAN_IDLE_TIMEOUT']);
    expect(codes({ answers: { 504: 10, connectionErrors: 10 } })).toEqual([]);
    expect(codes({ answers: { 504: 10 }, target: silent })).toEqual(['NO_ANSWER_IN_TIME']);
  });

  it('asks for no more at the maximum unless an alarm does', () => {
    const group = { max: 1 };
    const alarms = [{ name: 'evenkeel/prod/web/cpu-high', namespace: 'AWS/EC2', state: 'ALARM', since: 0 }];
    expect(codes({ group })).toEqual([]);
    expect(codes({ group: { ...group, alarms } })).toEqual(['AT_MAXIMUM']);
    const low = alarms.map((alarm) => ({ ...alarm, name: 'evenkeel/prod/web/cpu-low' }));
    expect(codes({ group: { ...group, alarms: low } })).toEqual([]);
  });

  it('gives an alarm five minutes to find data', () => {
    const now = Date.parse('2026-01-05T12:00:00Z');
    const alarm = (since: number, namespace = 'AWS/EC2') => ({
      group: {
        alarms: [{ name: 'evenkeel/prod/web/cpu-low', namespace, state: 'INSUFFICIENT_DATA', since }],
      },
    });
    expect(codes(alarm(now - 5 * 60_000 + 1))).toEqual([]);
    expect(codes(alarm(now - 5 * 60_000))).toEqual(['ALARM_WITHOUT_DATA']);
    // Load balancers report nothing while nothing is asked of them.
    expect(codes({ ...alarm(0, 'AWS/ApplicationELB'), answers: { requests: 0 } })).toEqual([]);
    expect(codes(alarm(0, 'AWS/ApplicationELB'))).toEqual(['ALARM_WITHOUT_DATA']);
  });

  it('lets launches that failed be, once the group has what it wants', () => {
    const activities = [
      {
        at: 0,
        status: 'Failed',
        description: 'Launching a new EC2 instance',
        message: 'no capacity',
        cause: '',
      },
    ];
    expect(codes({ group: { activities } })).toEqual([]);
    expect(codes({ group: { activities, desired: 2 } })).toEqual(['LAUNCHES_FAIL']);
  });

  it('names errors of Evenkeel itself', () => {
    const ill = {
      ...picture(),
      controlPlane: { deadLetters: [], failures: [{ fn: 'evenkeel-prod-scale', errors: 3, throttles: 0 }] },
    };
    expect(diagnose(ill)).toMatchObject([
      { code: 'CONTROL_PLANE_FAILS', evidence: ['3 errors, 0 throttles in 15 minutes'] },
    ]);
  });
});

describe('whatever is looked at', () => {
  const states = fc.constantFrom('initial', 'healthy', 'unhealthy', 'draining', 'unused', 'unavailable');
  const reasons = fc.constantFrom(
    undefined,
    'Target.Timeout',
    'Target.FailedHealthChecks',
    'Target.ResponseCodeMismatch',
    'Target.NotInUse',
  );
  const targets = fc.array(
    fc.record({
      id: fc.constantFrom('i-1', 'i-2', '10.0.0.9'),
      port: fc.constantFrom(80, 8080),
      checkPort: fc.constantFrom(80, 8080),
      state: states,
      reason: reasons,
      description: fc.constant(undefined),
    }),
    { maxLength: 5 },
  );
  const changes = fc.record({
    targets,
    answers: fc.record({ 503: fc.nat(), 504: fc.nat(), connectionErrors: fc.nat() }),
    group: fc.record({ desired: fc.nat(5), max: fc.nat(5), suspended: fc.constantFrom([], ['Launch']) }),
    subnets: fc.constantFrom(CUT_OFF, []),
  });

  it('each finding says what was seen and how to mend it, and both presenters show all of them', () => {
    fc.assert(
      fc.property(changes, (given) => {
        const seen = picture(given);
        const findings = diagnose(seen);
        const shown = asText(findings, seen);
        for (const { verdict, evidence, mend } of findings) {
          expect(evidence.length).toBeGreaterThan(0);
          expect(mend.length).toBeGreaterThan(0);
          expect(shown).toContain(verdict);
        }
        expect(JSON.parse(asJson(findings, seen))).toMatchObject({ ok: findings.length === 0 });
      }),
    );
  });

  it('a fleet of healthy targets never has a finding about targets', () => {
    const aboutTargets = /^(TARGET_|NO_WAY|CONNECTION|HEALTH|NO_ANSWER|NO_TARGETS|ONLY_)/;
    fc.assert(
      fc.property(fc.array(fc.constant(healthy), { minLength: 1 }), fc.boolean(), (all, isCutOff) => {
        const found = codes({ targets: all, ...(isCutOff ? { subnets: CUT_OFF } : {}) });
        expect(found.filter((code) => aboutTargets.test(code))).toEqual([]);
      }),
    );
  });
});
