import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { World } from './messaging-world.ts';
import { MINUTE, newWorld, SECOND } from './messaging-world.ts';

let world: World;

beforeEach(async () => {
  world = await newWorld();
});

afterEach(async () => {
  await world.cloud.close();
});

const EVENTS = { service: 'events.amazonaws.com' };

async function rule(pattern: object, targetArn: string, settings: object = {}): Promise<string> {
  const { RuleArn = '' } = await world.events.putRule({
    Name: 'orders',
    EventPattern: JSON.stringify(pattern),
  });
  await world.events.putTargets({ Rule: 'orders', Targets: [{ Id: 'one', Arn: targetArn, ...settings }] });
  return RuleArn;
}

async function put(detail: object, source = 'shop'): Promise<string> {
  const { Entries = [] } = await world.events.putEvents({
    Entries: [{ Source: source, DetailType: 'Order', Detail: JSON.stringify(detail) }],
  });
  return Entries[0]?.EventId ?? '';
}

describe('a rule with a pattern', () => {
  it('sends the whole event, in its envelope, to its target', async () => {
    const queue = await world.queue('orders', EVENTS);
    await rule({ source: ['shop'], detail: { total: [{ numeric: ['>', 10] }] } }, queue.arn);
    const id = await put({ total: 11 });
    await put({ total: 10 });
    await world.pass(SECOND);
    const bodies = (await world.received(queue.url)).map((body) => JSON.parse(body) as unknown);
    expect(bodies).toEqual([
      {
        version: '0',
        id,
        'detail-type': 'Order',
        source: 'shop',
        account: '123456789012',
        time: '2026-01-05T00:00:00Z',
        region: 'eu-central-1',
        resources: [],
        detail: { total: 11 },
      },
    ]);
  });

  it('hears what services tell of themselves', async () => {
    const queue = await world.queue('orders', EVENTS);
    await rule({ source: ['aws.ec2'] }, queue.arn, { InputPath: '$.detail.state' });
    world.cloud.kernel.events.emit({
      source: 'aws.ec2',
      detailType: 'EC2 Instance State-change Notification',
      resources: [],
      detail: { state: 'running' },
    });
    await world.pass(SECOND);
    expect(await world.received(queue.url)).toEqual(['"running"']);
  });

  it('puts variables into the text of its transformer', async () => {
    const queue = await world.queue('orders', EVENTS);
    await rule({ source: ['shop'] }, queue.arn, {
      InputTransformer: {
        InputPathsMap: { who: '$.detail.who', items: '$.detail.items', first: '$.detail.items[0].id' },
        InputTemplate:
          '{"text": "Hello <who>, \\"<first>\\"", "items": <items>, "rule": <aws.events.rule-name>, "no": "<gone>"}',
      },
    });
    await put({ who: 'Ada "A"', items: [{ id: 'x' }] });
    await world.pass(SECOND);
    const [body = ''] = await world.received(queue.url);
    expect(JSON.parse(body)).toEqual({
      text: 'Hello Ada "A", "x"',
      items: [{ id: 'x' }],
      rule: 'orders',
      no: '<gone>',
    });
  });

  it('writes to log groups that exist', async () => {
    const arn = 'arn:aws:logs:eu-central-1:123456789012:log-group:/aws/events/orders';
    await rule({ source: ['shop'] }, arn, { InputPath: '$.detail' });
    await put({ total: 1 });
    await world.pass(SECOND);
    world.cloud.services.logs.createGroup('/aws/events/orders');
    await put({ total: 2 });
    await world.pass(SECOND);
    const outcomes = world.told('delivery').map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['failed', 'dropped', 'delivered']);
  });

  it('sends nothing while it is disabled', async () => {
    const queue = await world.queue('orders', EVENTS);
    await rule({ source: ['shop'] }, queue.arn);
    await world.events.disableRule({ Name: 'orders' });
    await put({});
    await world.pass(SECOND);
    expect(await world.received(queue.url)).toEqual([]);
  });
});

describe('every event has a fate', () => {
  it('is journaled as unmatched when no rule wants it', async () => {
    const eventId = await put({});
    expect(world.told('delivery')).toMatchObject([
      { eventId, outcome: 'dropped', reason: 'no rule matches the event' },
    ]);
  });

  it('is dropped where the queue does not admit the rule', async () => {
    const queue = await world.queue('orders', { ...EVENTS, sourceArn: 'arn:aws:events:*:*:rule/other' });
    await rule({ source: ['shop'] }, queue.arn);
    const eventId = await put({});
    await world.pass(SECOND);
    expect(await world.received(queue.url)).toEqual([]);
    expect(
      world
        .told('delivery')
        .filter((entry) => entry.eventId === eventId)
        .map((entry) => entry.outcome),
    ).toEqual(['failed', 'dropped']);
  });

  it('goes to the dead-letter queue at once when the function is gone', async () => {
    const letters = await world.queue('letters', EVENTS);
    const functionArn = 'arn:aws:lambda:eu-central-1:123456789012:function:gone';
    const ruleArn = await rule({ source: ['shop'] }, functionArn, { DeadLetterConfig: { Arn: letters.arn } });
    const eventId = await put({ total: 1 });
    await world.pass(SECOND);
    const { Messages = [] } = await world.sqs.receiveMessage({
      QueueUrl: letters.url,
      MessageAttributeNames: ['All'],
    });
    expect(JSON.parse(Messages[0]?.Body ?? '')).toMatchObject({ id: eventId, detail: { total: 1 } });
    const attributes = Messages[0]?.MessageAttributes ?? {};
    expect(attributes['RULE_ARN']?.StringValue).toBe(ruleArn);
    expect(attributes['TARGET_ARN']?.StringValue).toBe(functionArn);
    expect(attributes['ERROR_CODE']?.StringValue).toBe('NO_RESOURCE');
    expect(attributes['RETRY_ATTEMPTS']?.StringValue).toBe('0');
    expect(world.told('delivery').at(-1)).toMatchObject({ eventId, to: letters.arn, outcome: 'dead-letter' });
  });

  it('is dropped, with the reason, where the dead-letter queue does not admit the rule either', async () => {
    const letters = await world.queue('letters');
    const functionArn = 'arn:aws:lambda:eu-central-1:123456789012:function:gone';
    await rule({ source: ['shop'] }, functionArn, { DeadLetterConfig: { Arn: letters.arn } });
    await put({});
    await world.pass(SECOND);
    expect(world.told('delivery').at(-1)).toMatchObject({ to: letters.arn, outcome: 'dropped' });
    expect(world.told('delivery').at(-1)?.reason).toMatch(/AccessDenied/);
  });
});

describe('a rule with a schedule', () => {
  it('fires at the times of its cron expression, in UTC', async () => {
    const queue = await world.queue('ticks', EVENTS);
    const { RuleArn } = await world.events.putRule({
      Name: 'tick',
      ScheduleExpression: 'cron(0/15 * * * ? *)',
    });
    await world.events.putTargets({ Rule: 'tick', Targets: [{ Id: 'one', Arn: queue.arn }] });
    await world.pass(46 * MINUTE);
    const bodies = (await world.received(queue.url)).map(
      (body) => JSON.parse(body) as Record<string, unknown>,
    );
    expect(bodies.map((body) => body['time'])).toEqual([
      '2026-01-05T00:15:00Z',
      '2026-01-05T00:30:00Z',
      '2026-01-05T00:45:00Z',
    ]);
    expect(bodies[0]).toMatchObject({
      source: 'aws.events',
      'detail-type': 'Scheduled Event',
      resources: [RuleArn],
      detail: {},
    });
  });

  it('stops when it is deleted', async () => {
    const queue = await world.queue('ticks', EVENTS);
    await world.events.putRule({ Name: 'tick', ScheduleExpression: 'rate(1 minute)' });
    await world.events.putTargets({ Rule: 'tick', Targets: [{ Id: 'one', Arn: queue.arn }] });
    await world.pass(2 * MINUTE);
    await expect(world.events.deleteRule({ Name: 'tick' })).rejects.toThrow('since it has targets');
    await world.events.removeTargets({ Rule: 'tick', Ids: ['one'] });
    await world.events.deleteRule({ Name: 'tick' });
    await world.pass(2 * MINUTE);
    expect(await world.received(queue.url)).toHaveLength(2);
  });

  it.each([
    'rate(1 minutes)',
    'rate(0 minutes)',
    'cron(* * * * * *)',
    'cron(0 0 L-2 * ? *)',
    'at(2026-01-05T01:00:00)',
  ])('refuses %s', async (expression) => {
    const put = world.events.putRule({ Name: 'tick', ScheduleExpression: expression });
    await expect(put).rejects.toThrow('Parameter ScheduleExpression is not valid.');
  });
});

describe('what is put on a bus', () => {
  it('is refused, entry by entry, when it is incomplete', async () => {
    const { Entries = [], FailedEntryCount } = await world.events.putEvents({
      Entries: [
        { Source: 'shop', DetailType: 'Order', Detail: 'no JSON' },
        { Source: 'aws.ec2', DetailType: 'Order', Detail: '{}' },
        { DetailType: 'Order', Detail: '{}' },
        { Source: 'shop', DetailType: 'Order', Detail: '{}' },
      ],
    });
    expect(FailedEntryCount).toBe(3);
    expect(Entries.map(({ ErrorCode }) => ErrorCode)).toEqual([
      'MalformedDetail',
      'NotAuthorizedForSource',
      'InvalidArgument',
      undefined,
    ]);
  });

  it('goes from one bus to another as the same event, when the rule has a role', async () => {
    const { EventBusArn = '' } = await world.events.createEventBus({ Name: 'other' });
    await world.iam.createRole({
      RoleName: 'forward',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      }),
    });
    const queue = await world.queue('orders', EVENTS);
    await rule({ source: ['shop'] }, EventBusArn, { RoleArn: 'arn:aws:iam::123456789012:role/forward' });
    await world.events.putRule({ Name: 'all', EventBusName: 'other', EventPattern: '{"source":["shop"]}' });
    await world.events.putTargets({
      Rule: 'all',
      EventBusName: 'other',
      Targets: [{ Id: 'one', Arn: queue.arn, InputPath: '$.id' }],
    });
    const id = await put({});
    await world.pass(SECOND);
    expect(await world.received(queue.url)).toEqual([JSON.stringify(id)]);
  });
});
