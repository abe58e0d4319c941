import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OwnEvent } from '../../../events/index.ts';
import { parse, parseAll, writeOwnEvent } from '../../../events/index.ts';
import { sample, samples, sqsBatch, transports } from '../../support/event-samples.ts';

const kinds = Object.entries(samples);
const paths = kinds.map(([path]) => path);

/** A copy of a payload with the value at a path replaced. */
function changed(payload: Record<string, unknown>, path: string, value: unknown): Record<string, unknown> {
  const copy = structuredClone(payload);
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let at = copy;
  for (const key of keys) at = at[key] as Record<string, unknown>;
  if (value === undefined) Reflect.deleteProperty(at, last);
  else at[last] = value;
  return copy;
}

describe('every sample is taken for its kind', () => {
  it.each(kinds)('%s is %s', (path, kind) => {
    expect(parse(sample(path)).kind).toBe(kind);
  });

  it.each(Object.entries(transports))('the same event comes out of %s', (_, wrap) => {
    for (const path of paths) expect(parse(wrap(sample(path)))).toEqual(parse(sample(path)));
  });

  it('ignores keys it does not know', () => {
    for (const path of paths)
      expect(parse({ ...sample(path), futureKey: { of: 'AWS' } })).toEqual(parse(sample(path)));
  });
});

describe('nothing on the wire makes it throw', () => {
  it('whatever the JSON', () => {
    fc.assert(fc.property(fc.jsonValue(), (payload) => typeof parse(payload).kind === 'string'));
  });

  it('whatever stands in an envelope of ours or of AWS', () => {
    const message = fc.record({
      source: fc.constantFrom('evenkeel', 'aws.ec2', 'aws.autoscaling', 'aws.cloudwatch', 'aws.health'),
      'detail-type': fc.oneof(
        fc.constantFrom(
          'Scale Due',
          'Drain Due',
          'EC2 Spot Instance Interruption Warning',
          'AWS Health Event',
        ),
        fc.jsonValue(),
      ),
      id: fc.jsonValue(),
      time: fc.jsonValue(),
      detail: fc.jsonValue(),
      alarmData: fc.jsonValue(),
    });
    fc.assert(fc.property(message, (payload) => typeof parse(payload).kind === 'string'));
  });

  it('an object without its usual methods', () => {
    const hostile = { source: 'aws.ec2', 'detail-type': { toString: 1, valueOf: 1 } };
    expect(parse(hostile)).toMatchObject({ kind: 'skip', reason: 'UNKNOWN_EVENT' });
  });

  it('one value of a sample replaced by any JSON', () => {
    const holes = paths.flatMap((path) =>
      ['id', 'time', 'detail', 'alarmData', 'StateChangeTime', 'LifecycleActionToken'].map((key) => ({
        path,
        key,
      })),
    );
    fc.assert(
      fc.property(fc.constantFrom(...holes), fc.jsonValue(), ({ path, key }, value) => {
        const { kind } = parse({ ...sample(path), [key]: value });
        return kind === 'skip' || kind === samples[path as keyof typeof samples];
      }),
    );
  });
});

describe('poison is named', () => {
  it.each([
    ['alarm-changed/sample.json', 'detail.alarmName', 5, 'detail.alarmName'],
    ['alarm-changed/sample.json', 'detail.state.value', 'PARTY', 'detail.state.value'],
    ['alarm-changed/sample.json', 'detail', undefined, 'detail'],
    ['lifecycle-action/sample.json', 'detail.LifecycleActionToken', undefined, 'detail.LifecycleActionToken'],
    ['lifecycle-action/sample.json', 'detail.EC2InstanceId', ['i-1'], 'detail.EC2InstanceId'],
    ['spot-interruption/sample.json', 'time', 'yesterday', 'time'],
    ['instance-refresh/sample.json', 'detail.CheckpointPercentage', 'half', 'detail.CheckpointPercentage'],
    ['instance-refresh/sample.json', 'detail.CheckpointDelay', '1.2.3', 'detail.CheckpointDelay'],
    ['instance-refresh/sample.json', 'detail.CheckpointDelay', '', 'detail.CheckpointDelay'],
    ['own/sample.json', 'detail.fleet', 7, 'detail.fleet'],
  ])('%s with %s = %j', (path, key, value, named) => {
    const skipped = parse(changed(sample(path), key, value));
    expect(skipped).toMatchObject({ kind: 'skip', reason: 'INVALID_EVENT' });
    expect(skipped).toHaveProperty('detail', expect.stringContaining(`${named}: `));
  });

  it.each([null, 5, 'text', [], [1]])('a payload that is no object: %j', (payload) => {
    expect(parse(payload)).toMatchObject({ kind: 'skip', reason: 'INVALID_EVENT' });
  });

  it('a plain-text message of a topic', () => {
    const payload = { Records: [{ Sns: { Message: 'you have been subscribed' } }] };
    expect(parse(payload)).toMatchObject({
      reason: 'INVALID_EVENT',
      detail: 'not JSON: you have been subscribed',
    });
  });

  it('envelopes in one another without end', () => {
    let payload: unknown = sample('own/sample.json');
    for (let depth = 0; depth < 20; depth++) payload = transports['SNS → SQS, received by hand'](payload);
    expect(parse(payload)).toMatchObject({
      reason: 'INVALID_EVENT',
      detail: 'too many envelopes in one another',
    });
  });

  it('spoils its own record of a batch and no other', () => {
    const good = JSON.stringify(sample('spot-interruption/sample.json'));
    expect(parseAll(sqsBatch(good, '{"half":', good)).map(({ kind }) => kind)).toEqual([
      'spot-interruption',
      'skip',
      'spot-interruption',
    ]);
  });
});

describe('what is not for us is let pass', () => {
  it('the test message of a new hook, in every transport', () => {
    for (const wrap of Object.values(transports))
      expect(parse(wrap(sample('lifecycle-action/sample-test-notification.json')))).toMatchObject({
        kind: 'skip',
        reason: 'TEST_NOTIFICATION',
      });
  });

  it('an event of another source, by its name', () => {
    const payload = { id: '1', source: 'aws.s3', 'detail-type': 'Object Created', detail: {} };
    expect(parse(payload)).toEqual({
      kind: 'skip',
      reason: 'UNKNOWN_EVENT',
      detail: 'aws.s3 / Object Created',
    });
  });

  it("AWS Health's news that plan no change", () => {
    const payload = changed(sample('health/sample.json'), 'detail.eventTypeCategory', 'accountNotification');
    expect(parse(payload)).toMatchObject({ kind: 'skip', reason: 'UNKNOWN_EVENT' });
  });

  it('a batch without records', () => {
    expect(parse({ Records: [] })).toMatchObject({ kind: 'skip', reason: 'NOTHING_TO_DO' });
  });
});

describe('an alarm', () => {
  const alarm = sample('alarm-changed/sample.json');
  const changedAt = Date.UTC(2026, 2, 2, 7, 2, 11, 418);

  it('is known by its name and the instant of its change, whatever its way', () => {
    for (const path of paths.filter((each) => each.startsWith('alarm-changed')))
      expect(parse(sample(path))).toMatchObject({
        alarm: 'evenkeel/prod/web/requests-high',
        state: 'ALARM',
        previous: 'OK',
        changedAt,
        isSuppressed: false,
      });
  });

  it('needs neither reasonData nor a reason nor a previous state', () => {
    const bare = { alarmName: 'a', state: { value: 'OK', timestamp: '2026-03-02T07:02:11Z' } };
    expect(parse({ ...alarm, detail: bare })).toMatchObject({
      kind: 'alarm-changed',
      state: 'OK',
      reason: '',
    });
  });

  it('is suppressed where its actions are', () => {
    const suppressed = changed(alarm, 'detail.state.actionsSuppressedBy', 'WaitPeriod');
    expect(parse(suppressed)).toMatchObject({ isSuppressed: true });
  });

  it('takes the time of the event where its state has none', () => {
    const timeless = changed(alarm, 'detail.state.timestamp', '');
    expect(parse(timeless)).toMatchObject({ changedAt: Date.UTC(2026, 2, 2, 7, 2, 11) });
  });
});

describe('times', () => {
  const at = (time: unknown) => parse(changed(sample('spot-interruption/sample.json'), 'time', time));
  const seven = Date.UTC(2026, 2, 2, 7);

  it.each([
    ['2026-03-02T07:00:00Z', seven],
    ['2026-03-02T07:00:00.000Z', seven],
    ['2026-03-02T07:00:00.123456Z', seven + 123],
    ['2026-03-02T07:00:00+0000', seven],
    ['2026-03-02T07:00:00.000+0000', seven],
    ['2026-03-02T08:00:00+01:00', seven],
    ['1970-01-01T00:00:00Z', 0],
    ['0001-01-01T00:00:00Z', 0],
    ['', 0],
    [undefined, 0],
  ])('%j is %d', (time, instant) => {
    expect(at(time)).toMatchObject({ kind: 'spot-interruption', at: instant });
  });
});

describe('details of a kind', () => {
  it('both hooks are told apart by their transition', () => {
    const launch = changed(
      sample('lifecycle-action/sample.json'),
      'detail.LifecycleTransition',
      'autoscaling:EC2_INSTANCE_LAUNCHING',
    );
    expect(parse(launch)).toMatchObject({ kind: 'launching', action: { instance: 'i-0123456789abcdef0' } });
  });

  it('a launch that failed early names no instance', () => {
    expect(parse(sample('scaling-activity/sample.json'))).not.toHaveProperty('instance');
  });

  it("a refresh's stage is told in the API's words", () => {
    const failed = {
      ...sample('instance-refresh/sample.json'),
      'detail-type': 'EC2 Auto Scaling Instance Refresh Rollback Succeeded',
    };
    expect(parse(failed)).toMatchObject({ status: 'RollbackSuccessful' });
  });

  it('a scheduled change has its date, its instances and both parts of its identity', () => {
    expect(parse(sample('health/sample.json'))).toMatchObject({
      communicationId: '1234abc01232a4012345678-1',
      instances: ['i-0123456789abcdef0'],
      startsAt: Date.UTC(2026, 2, 14, 10),
    });
  });

  describe('a scheduled change', () => {
    const health = (path: string, value: unknown) =>
      parse(changed(sample('health/sample.json'), path, value));
    const id = 'i-0123456789abcdef0';

    it('that is closed touches none of its instances any more', () => {
      expect(health('detail.statusCode', 'closed')).toMatchObject({ instances: [], spared: [id] });
    });

    it.each(['open', 'upcoming', undefined, 7])('that is %s touches them', (statusCode) => {
      const event = health('detail.statusCode', statusCode);
      expect(event).toMatchObject({ instances: [id] });
      expect(event).not.toHaveProperty('spared');
    });

    it('does not touch an instance of which it is resolved', () => {
      const entities = [
        { entityValue: 'i-1', status: 'PENDING' },
        { entityValue: 'i-2', status: 'RESOLVED' },
        { entityValue: 'i-3' },
      ];
      expect(health('detail.affectedEntities', entities)).toMatchObject({
        instances: ['i-1', 'i-3'],
        spared: ['i-2'],
      });
    });

    it('knows instances by their ARN, and takes neither hosts nor the account for one, nor one for two', () => {
      const arn = `arn:aws:ec2:eu-central-1:123456789012:instance/${id}`;
      const entities = [arn, id, 'h-0abc', 'AWS_ACCOUNT'].map((entityValue) => ({ entityValue }));
      expect(health('detail.affectedEntities', entities)).toMatchObject({ instances: [id] });
    });

    it('has a page where it comes in several, and none where it is the only one', () => {
      expect(health('detail.page', '2')).toMatchObject({ page: '2' });
      expect(health('detail.page', '1')).not.toHaveProperty('page');
    });
  });
});

describe('our own events', () => {
  const action = { token: '', group: 'web', hook: 'evenkeel-drain', instance: 'i-1' };
  const dated = { id: 'tick/web', at: Date.UTC(2026, 2, 2) };
  const events: readonly OwnEvent[] = [
    { kind: 'reconcile-due', ...dated },
    { kind: 'refresh-due', ...dated },
    { kind: 'refresh-due', ...dated, fleet: 'web' },
    { kind: 'scale-due', ...dated, fleet: 'web' },
    { kind: 'terminating', ...dated, action },
    {
      kind: 'launching',
      ...dated,
      action: { ...action, origin: 'WarmPool', destination: 'AutoScalingGroup' },
    },
  ];

  it.each(events)('$kind is read as it was written', (event) => {
    expect(parse(JSON.parse(JSON.stringify(writeOwnEvent(event))))).toEqual(event);
  });

  it('a tick without an id is known by its name and time', () => {
    const tick = { source: 'evenkeel', 'detail-type': 'Reconcile Due', time: '2026-03-02T07:00:00Z' };
    expect(parse(tick)).toMatchObject({ kind: 'reconcile-due', id: 'Reconcile Due@1772434800000' });
  });
});
