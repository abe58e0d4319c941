import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../tools/cloud/kernel/index.ts';
import type { WiringReport } from '../../../tools/cloud/wiring/index.ts';
import { wiresAdmitted } from '../../../tools/sandbox/observe/invariants/wires-admitted.ts';
import { deliveryInWords, RefusalLog } from '../../../tools/sandbox/observe/refusals.ts';
import { inWords, RuleLog } from '../../../tools/sandbox/observe/rules.ts';

const RULE = 'arn:aws:events:eu-central-1:123456789012:rule/launching';
const QUEUE = 'arn:aws:sqs:eu-central-1:123456789012:letters';
const LAUNCH = 'EC2 Instance-launch Lifecycle Action';

const event = (source: string, detailType: string): Entry => ({
  kind: 'event',
  id: 'e',
  source,
  detailType,
  detail: {},
});

const delivery = (over: Partial<Extract<Entry, { kind: 'delivery' }>> = {}): Entry => ({
  kind: 'delivery',
  from: RULE,
  to: QUEUE,
  outcome: 'delivered',
  ...over,
});

const at = 0;

describe('a rule that matched nothing', () => {
  const unmatched = (pattern: object, ...entries: Entry[]) => {
    const log = new RuleLog();
    for (const entry of entries) log.see({ ...entry, at });
    return log.unmatched([{ name: 'launching', arn: RULE, pattern: JSON.stringify(pattern) }]);
  };
  const wanting = (...types: string[]) => ({ source: ['aws.autoscaling'], 'detail-type': types });
  const sent = [event('aws.autoscaling', LAUNCH), event('aws.autoscaling', LAUNCH)];

  it('is told with what it most likely means', () => {
    const [finding] = unmatched(wanting('EC2 Instance launch Lifecycle Action'), ...sent);
    expect(finding).toMatchObject({ rule: 'launching', nearest: LAUNCH, seen: { [LAUNCH]: 2 } });
    expect(finding && inWords(finding)).toBe(
      `launching: aws.autoscaling sent "${LAUNCH}" 2 times, it asks for "EC2 Instance launch Lifecycle Action"`,
    );
  });

  it('may be waiting for what AWS does send, however alike the two are', () => {
    const [finding] = unmatched(
      wanting('EC2 Instance Launch Unsuccessful'),
      event('aws.autoscaling', 'EC2 Instance Launch Successful'),
    );
    expect(finding).toMatchObject({ rule: 'launching' });
    expect(finding?.nearest).toBeUndefined();
  });

  it('is of no interest while its source is silent', () => {
    expect(unmatched(wanting('anything'), event('aws.ec2', 'anything else'))).toEqual([]);
  });

  it('is none once it has sent something on', () => {
    expect(unmatched(wanting('EC2 Instance launch Lifecycle Action'), ...sent, delivery())).toEqual([]);
  });
});

describe('the wires admit every message', () => {
  const sound: WiringReport = { wires: 3, refused: [], rules: [] };
  const judge = (report: WiringReport, ...entries: Entry[]) => {
    const invariant = wiresAdmitted(() => report);
    for (const entry of entries) invariant.see({ ...entry, at });
    return invariant.verdict();
  };

  it('where each delivery and each wire is counted', () => {
    expect(judge(sound, delivery(), delivery({ outcome: 'failed', reason: 'a timeout' }))).toEqual({
      id: 'wires-admitted',
      ok: true,
      checked: 5,
    });
  });

  it('but not where one was refused', () => {
    const refused = delivery({ outcome: 'dropped', reason: 'AccessDenied: no', isRefused: true });
    expect(judge(sound, refused, refused)).toMatchObject({
      ok: false,
      detail: 'once: rule/launching → letters, 2 times: AccessDenied: no',
    });
  });

  it('nor where one would be', () => {
    const wire = {
      from: RULE,
      to: QUEUE,
      use: 'dead-letter queue',
      sender: 'events.amazonaws.com',
      action: 'sqs:SendMessage',
      policy: `the policy of ${QUEUE}`,
    } as const;
    expect(judge({ ...sound, refused: [wire] })).toMatchObject({
      ok: false,
      checked: 3,
      detail:
        'once: rule/launching → letters (dead-letter queue): the policy of letters does not let events.amazonaws.com do sqs:SendMessage',
    });
  });
});

describe('refused deliveries', () => {
  it('are counted by the way they went', () => {
    const log = new RefusalLog();
    for (const to of [QUEUE, QUEUE, 'arn:aws:sqs:eu-central-1:123456789012:other']) {
      log.see({ ...delivery({ to, outcome: 'failed', reason: 'r', isRefused: true }), at });
    }
    log.see({ ...delivery({ outcome: 'failed', reason: 'throttled' }), at });
    expect(log.all().map(({ times }) => times)).toEqual([2, 1]);
    expect(log.all().map(deliveryInWords)[0]).toBe('rule/launching → letters, 2 times: r');
  });
});
