import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EntryInput } from '../../../tools/cloud/weather/plan/schema.ts';
import { serveSlack } from '../../../tools/sandbox/slack-stand-in.ts';
import { MINUTE, newWorld, SECOND, START, type World } from './messaging-world.ts';

let world: World;

beforeEach(async () => {
  world = await newWorld();
});

afterEach(() => world.cloud.close());

const arrivals = () =>
  world
    .told('delivery')
    .filter(({ outcome, to }) => outcome === 'delivered' && to.includes(':sqs:'))
    .map(({ at, eventId }) => ({ after: (at - START) / SECOND, eventId }));

/** A service says something on the default bus. */
function say(text: string): void {
  world.cloud.kernel.events.emit({
    source: 'aws.autoscaling',
    detailType: 'EC2 Instance Launch Successful',
    resources: [],
    detail: { text },
  });
}

/** A rule that sends all that Auto Scaling says to a queue. */
async function listen(): Promise<string> {
  const { url, arn } = await world.queue('events', { service: 'events.amazonaws.com' });
  await world.events.putRule({ Name: 'all', EventPattern: JSON.stringify({ source: ['aws.autoscaling'] }) });
  await world.events.putTargets({ Rule: 'all', Targets: [{ Id: 'queue', Arn: arn }] });
  return url;
}

describe('an event of a service', () => {
  it('that is lost leaves no trace on the bus', async () => {
    const url = await listen();
    world.cloud.weather.add({ kind: 'event', fate: 'lost', detailType: 'EC2 Instance Launch*' });
    say('one');
    await world.pass(10 * MINUTE);
    expect(await world.received(url)).toEqual([]);
    expect(world.told('event')).toEqual([]);
  });

  it('that is doubled comes twice under one id', async () => {
    const url = await listen();
    world.cloud.weather.add({ kind: 'event', fate: 'doubled', after: 20 });
    say('one');
    await world.pass(MINUTE);
    expect(arrivals().map(({ after }) => after)).toEqual([0, 20]);
    const ids = (await world.received(url)).map((body) => (JSON.parse(body) as { id: string }).id);
    expect(new Set(ids).size).toBe(1);
    expect(ids).toHaveLength(2);
  });

  it('that is late says when it happened, not when it comes', async () => {
    const url = await listen();
    world.cloud.weather.add({ kind: 'event', fate: 'late', after: { least: '5m', most: '5m' } });
    say('one');
    await world.pass(10 * MINUTE);
    expect(arrivals().map(({ after }) => after)).toEqual([300]);
    const [body = '{}'] = await world.received(url);
    expect(JSON.parse(body)).toMatchObject({ time: '2026-01-05T00:00:00Z' });
  });

  it('comes after one that happened later, when events are shuffled', async () => {
    const url = await listen();
    world.cloud.weather.add({ kind: 'event', fate: 'shuffled', after: { most: 60 } });
    for (let number = 0; number < 10; number++) {
      say(String(number));
      await world.pass(SECOND);
    }
    await world.pass(2 * MINUTE);
    const order = (await world.received(url)).map(
      (body) => (JSON.parse(body) as { detail: { text: string } }).detail.text,
    );
    expect(order).toHaveLength(10);
    expect(order).not.toEqual(order.toSorted());
  });

  it('of another source or type is left alone', async () => {
    const url = await listen();
    world.cloud.weather.add({ kind: 'event', fate: 'lost', source: 'aws.ec2' });
    world.cloud.weather.add({ kind: 'event', fate: 'lost', detailType: '*Unsuccessful' });
    say('one');
    await world.pass(MINUTE);
    expect(await world.received(url)).toHaveLength(1);
  });
});

describe('a tick of a schedule', () => {
  const schedule = async () => {
    const { url, arn } = await world.queue('ticks');
    const role = await world.role('ticker', 'scheduler.amazonaws.com', { Action: 'sqs:*', Resource: '*' });
    await world.scheduler.createSchedule({
      Name: 'tick',
      ScheduleExpression: 'rate(1 minute)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: arn, RoleArn: role, Input: 'tick' },
    });
    return url;
  };

  it('is lost', async () => {
    const url = await schedule();
    world.cloud.weather.add({ kind: 'delivery', fate: 'lost', sender: '*:schedule/*', for: '3m' });
    await world.pass(5 * MINUTE);
    const before = arrivals().length;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(5);
    expect(await world.received(url)).toHaveLength(before);
  });

  it('is late', async () => {
    await schedule();
    world.cloud.weather.add({ kind: 'delivery', fate: 'late', after: 45, target: '*:ticks' });
    await world.pass(3 * MINUTE);
    expect(arrivals().every(({ after }) => after % 60 === 45)).toBe(true);
    expect(arrivals().length).toBeGreaterThan(0);
  });

  it('of a rule is lost as well', async () => {
    const { url, arn } = await world.queue('ticks', { service: 'events.amazonaws.com' });
    await world.events.putRule({ Name: 'tick', ScheduleExpression: 'rate(1 minute)' });
    await world.events.putTargets({ Rule: 'tick', Targets: [{ Id: 'queue', Arn: arn }] });
    world.cloud.weather.add({ kind: 'delivery', fate: 'lost', sender: '*:rule/tick' });
    await world.pass(5 * MINUTE);
    expect(await world.received(url)).toEqual([]);
  });
});

describe('a message of SQS', () => {
  it('comes again after it was deleted, once, under its id', async () => {
    const { url } = await world.queue('work');
    world.cloud.weather.add({ kind: 'message', queue: 'work', after: 30 });
    await world.sqs.sendMessage({ QueueUrl: url, MessageBody: 'job' });
    const bodies: string[][] = [];
    for (const seconds of [0, 29, 2, 60]) {
      await world.pass(seconds * SECOND);
      bodies.push(await world.received(url));
    }
    expect(bodies).toEqual([['job'], [], ['job'], []]);
  });

  it('of a FIFO queue, or of another queue, does not', async () => {
    const { QueueUrl: fifo = '' } = await world.sqs.createQueue({
      QueueName: 'work.fifo',
      Attributes: { FifoQueue: 'true', ContentBasedDeduplication: 'true' },
    });
    const { url: other } = await world.queue('other');
    world.cloud.weather.add({ kind: 'message', queue: 'work*', after: 0 });
    await world.sqs.sendMessage({ QueueUrl: fifo, MessageBody: 'job', MessageGroupId: 'g' });
    await world.sqs.sendMessage({ QueueUrl: other, MessageBody: 'job' });
    for (const url of [fifo, other]) expect(await world.received(url)).toEqual(['job']);
  });
});

describe('a webhook', () => {
  let server: Server;
  let seen: number;

  beforeEach(async () => {
    seen = 0;
    server = createServer((_, response) => {
      seen++;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it.each<[string, EntryInput, number[], number]>([
    ['answers 503 until it is back', { kind: 'webhook', status: 503, for: 1 }, [503, 200], 1],
    ['answers 404 for good', { kind: 'webhook', status: 404, for: 1 }, [404], 0],
    ['does not answer for a while', { kind: 'webhook', takes: 10, for: 1 }, [0, 200], 1],
    ['elsewhere is left alone', { kind: 'webhook', status: 503, url: 'https://hooks.slack.com/*' }, [200], 1],
  ])('%s', async (_, entry, statuses, heard) => {
    const { TopicArn } = await world.sns.createTopic({ Name: 'news' });
    const Endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    world.cloud.weather.add(entry);
    await world.sns.subscribe({ TopicArn, Protocol: 'http', Endpoint });
    await world.pass(2 * MINUTE);
    expect(world.told('webhook').map(({ status }) => status)).toEqual(statuses);
    expect(seen).toBe(heard);
  });
});

describe("Slack's stand-in", () => {
  const post = (url: string) => fetch(url, { method: 'POST', body: '{"text":"hello"}' });

  it('says when to come again', async () => {
    const url = serveSlack(world.cloud);
    world.cloud.weather.add({ kind: 'webhook', status: 429, retryAfter: '30s', for: '1m' });
    const { status, headers } = await post(url);
    expect([status, headers.get('retry-after')]).toEqual([429, '30']);
    await world.pass(2 * MINUTE);
    expect((await post(url)).status).toBe(200);
  });

  it('does not answer, and the connection ends', async () => {
    const url = serveSlack(world.cloud);
    world.cloud.weather.add({ kind: 'webhook' });
    await expect(post(url)).rejects.toThrow('fetch failed');
    expect(world.told('webhook')).toMatchObject([{ status: 0, body: { text: 'hello' } }]);
  });
});
