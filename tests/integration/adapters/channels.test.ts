import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SNS, SNSClient } from '@aws-sdk/client-sns';
import { SSM, SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { snsSubscribers } from '../../../shared/aws/sns-subscribers.ts';
import { ssmSecrets } from '../../../shared/aws/ssm-secrets.ts';
import { MINUTE } from '../../../shared/domain/index.ts';
import type { Story } from '../../../shared/domain/index.ts';
import { emailChannel } from '../../../shared/notify/email.ts';
import { slackChannel } from '../../../shared/notify/slack.ts';
import { slackMessageOf } from '../../../shared/policy/messages/slack.ts';
import { NOW } from '../../support/world.ts';
import type { CloudWorld } from './cloud-world.ts';
import { newCloudWorld } from './cloud-world.ts';

const story: Story = {
  id: 's1',
  at: NOW,
  severity: 'error',
  title: 'web cannot launch',
  text: 'No capacity.',
  facts: [],
};

let world: CloudWorld;
beforeEach(async () => {
  world = await newCloudWorld();
});
afterEach(() => world.cloud.close());

describe('email', () => {
  it('reaches those who are subscribed, readably', async () => {
    const sns = new SNS(world.access);
    const { TopicArn = '' } = await sns.createTopic({ Name: 'notifications' });
    await sns.subscribe({ TopicArn, Protocol: 'email', Endpoint: 'oncall@example.com' });
    await world.pass(MINUTE);
    expect(await emailChannel(TopicArn, new SNSClient(world.access)).deliver(story)).toEqual({
      outcome: 'delivered',
    });
    await world.pass(MINUTE);
    const email = world.cloud.services.sns.mailbox.messages('oncall@example.com').at(-1);
    expect(email?.subject).toBe('[Evenkeel] ERROR: web cannot launch');
    expect(email?.body).toContain('web cannot launch\n\nNo capacity.\n');
  });

  it('of a topic that is gone is refused for good', async () => {
    const channel = emailChannel('arn:aws:sns:eu-central-1:123456789012:gone', new SNSClient(world.access));
    expect(await channel.deliver(story)).toMatchObject({ outcome: 'refused' });
  });

  it('that does not get through is tried later', async () => {
    const nowhere = new SNSClient({ ...world.access, endpoint: 'http://127.0.0.1:9' });
    const channel = emailChannel('arn:aws:sns:eu-central-1:123456789012:notifications', nowhere);
    expect(await channel.deliver(story)).toMatchObject({ outcome: 'later', after: 30 });
  });
});

describe('subscribers', () => {
  it('are those who have confirmed: neither who has only been asked, nor a queue', async () => {
    const sns = new SNS(world.access);
    const { TopicArn = '' } = await sns.createTopic({ Name: 'notifications' });
    const confirmed = () => snsSubscribers(TopicArn, new SNSClient(world.access)).confirmed();
    await sns.subscribe({ TopicArn, Protocol: 'email', Endpoint: 'oncall@example.com' });
    const Endpoint = 'arn:aws:sqs:eu-central-1:123456789012:q';
    await sns.subscribe({ TopicArn, Protocol: 'sqs', Endpoint });
    expect(await confirmed()).toEqual([]);
    await world.pass(MINUTE); // The mailbox confirms as a person would.
    expect(await confirmed()).toEqual(['oncall@example.com']);
  });
});

describe('Slack', () => {
  const bodies: unknown[] = [];
  let server: Server;
  let answer: (response: ServerResponse) => void;
  let url: string;

  beforeEach(async () => {
    bodies.length = 0;
    answer = (response) => response.end('ok');
    server = createServer((request, response) => void take(request, response));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/T0/B0/secret`;
  });
  afterEach(() => server.close());

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    bodies.push(JSON.parse(await text(request)));
    answer(response);
  }

  async function put(value: string): Promise<void> {
    await new SSM(world.access).putParameter({
      Name: '/slack',
      Type: 'SecureString',
      Value: value,
      Overwrite: true,
    });
  }

  const slack = () => slackChannel('/slack', ssmSecrets(world.clock, new SSMClient(world.access)));

  function answers(status: number, headers: Record<string, string> = {}): void {
    answer = (response) => response.writeHead(status, headers).end('why');
  }

  it('is given a story as blocks', async () => {
    await put(url);
    expect(await slack().deliver(story)).toEqual({ outcome: 'delivered' });
    expect(bodies).toEqual([slackMessageOf(story)]);
  });

  it.each([
    [{ 'retry-after': '120' }, 120],
    [{ 'retry-after': '0' }, 1],
    [{ 'retry-after': '9999999' }, 12 * 3600 - 60],
    [{ 'retry-after': 'soon' }, 30],
    [{}, 30],
  ])('that answers 429 with %j is asked again after %d seconds', async (headers, after) => {
    await put(url);
    answers(429, headers);
    expect(await slack().deliver(story)).toEqual({
      outcome: 'later',
      after,
      reason: 'Slack answered 429 why',
    });
  });

  it.each([400, 403, 404, 410])('that answers %d is not asked again', async (status) => {
    await put(url);
    answers(status);
    expect(await slack().deliver(story)).toEqual({
      outcome: 'refused',
      reason: `Slack answered ${status} why`,
    });
  });

  it.each([500, 503])('that answers %d is asked again', async (status) => {
    await put(url);
    answers(status);
    expect(await slack().deliver(story)).toMatchObject({ outcome: 'later', after: 30 });
  });

  it('is not followed to anywhere else', async () => {
    await put(url);
    answers(302, { location: '/elsewhere' });
    expect(await slack().deliver(story)).toMatchObject({ outcome: 'later' });
    expect(bodies).toHaveLength(1);
  });

  it('that cannot be reached is asked again, and its secret stays one', async () => {
    await put('http://127.0.0.1:9/services/secret');
    const delivery = await slack().deliver(story);
    expect(delivery).toMatchObject({ outcome: 'later' });
    expect(JSON.stringify(delivery)).not.toContain('secret');
  });

  it.each([
    'http://hooks.slack.com/services/secret',
    'nonsense secret',
    'ftp://127.0.0.1/secret',
    'http://127.0.0.1.example.com/secret',
  ])('is not asked by %s, and the secret stays one', async (value) => {
    await put(value);
    const delivery = await slack().deliver(story);
    expect(delivery).toMatchObject({ outcome: 'refused' });
    expect(JSON.stringify(delivery)).not.toContain('secret');
  });

  it('without its parameter is refused for good', async () => {
    expect(await slack().deliver(story)).toEqual({
      outcome: 'refused',
      reason: 'there is no parameter /slack',
    });
  });

  it('is asked by a new URL once the old one is five minutes old', async () => {
    await put('http://127.0.0.1:9/');
    const channel = slack();
    await channel.deliver(story);
    await put(url);
    await world.pass(5 * MINUTE - 1);
    expect(await channel.deliver(story)).toMatchObject({ outcome: 'later' });
    await world.pass(1);
    expect(await channel.deliver(story)).toEqual({ outcome: 'delivered' });
  });
});
