import { SQS } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Cloud } from '../../../tools/cloud/cloud.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';
import { startCloud } from '../../../tools/cloud/cloud.ts';
import { pace } from '../../../tools/cloud/kernel/index.ts';

let cloud: Cloud;

beforeEach(async () => {
  cloud = await startCloud({ start: Date.parse('2026-01-05T00:00:00Z') });
});

afterEach(() => cloud.close());

async function ask(method: string, path: string, body?: unknown) {
  const response = await fetch(`${cloud.endpoint}/_cloud/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as unknown };
}

describe('/_cloud/weather', () => {
  const listQueues = async () => {
    const client = new SQS({
      endpoint: cloud.endpoint,
      region: 'eu-central-1',
      credentials: ACCOUNT_KEYS,
      maxAttempts: 1,
    });
    try {
      await client.listQueues({});
      return 'succeeded';
    } catch (error) {
      return (error as Error).name;
    } finally {
      client.destroy();
    }
  };

  it('adds an entry, shows it as it was written, and takes it away', async () => {
    const entry = { kind: 'throttle', for: '20m', target: { service: 'sqs' } };
    expect(await ask('POST', 'weather', entry)).toEqual({ status: 201, body: { id: 'w1' } });
    expect(await listQueues()).toBe('RequestThrottled');
    expect((await ask('GET', 'weather')).body).toEqual({
      entries: [
        {
          id: 'w1',
          state: 'standing',
          from: '2026-01-05T00:00:00.000Z',
          until: '2026-01-05T00:20:00.000Z',
          entry,
        },
      ],
    });
    expect((await ask('DELETE', 'weather/w1')).status).toBe(204);
    expect(await listQueues()).toBe('succeeded');
    expect((await ask('DELETE', 'weather/w1')).status).toBe(404);
  });

  it('follows a plan, whose durations count from then', async () => {
    await ask('POST', 'clock', { by: '1h' });
    const plan = {
      entries: [
        { kind: 'throttle', from: '10m', until: '2026-01-05T02:00:00Z' },
        { kind: 'refused', from: '1d' },
      ],
    };
    const { body } = await ask('POST', 'weather', plan);
    expect(body).toMatchObject({
      entries: [
        { id: 'w1', state: 'coming', from: '2026-01-05T01:10:00.000Z', until: '2026-01-05T02:00:00.000Z' },
        { id: 'w2', state: 'coming', from: '2026-01-06T01:00:00.000Z', until: null },
      ],
    });
  });

  it('says what is wrong, field by field', async () => {
    const { status, body } = await ask('POST', 'weather', { kind: 'throttle', probability: 2 });
    expect(status).toBe(400);
    expect(body).toMatchObject({ message: 'entry.probability: 2 is wrong: write a number from 0 to 1' });
    expect((await ask('POST', 'weather', [])).status).toBe(400);
  });
});

describe('/_cloud/clock', () => {
  it('tells the time and moves it, firing all that is due', async () => {
    expect((await ask('GET', 'clock')).body).toEqual({
      now: '2026-01-05T00:00:00.000Z',
      epochMilliseconds: Date.parse('2026-01-05T00:00:00Z'),
    });
    let fired = 0;
    cloud.clock.after(80_000, () => fired++);
    expect((await ask('POST', 'clock', { by: '90s' })).body).toMatchObject({
      now: '2026-01-05T00:01:30.000Z',
    });
    expect(fired).toBe(1);
    await ask('POST', 'clock', { to: '2026-01-05T12:00:00Z' });
    expect(cloud.clock.date().toISOString()).toBe('2026-01-05T12:00:00.000Z');
  });

  it.each([{}, { by: 'soon' }, { to: '2025-01-01T00:00:00Z' }])('refuses %j', async (body) => {
    const answer = await ask('POST', 'clock', body);
    expect(answer.status).toBe(400);
    expect((answer.body as { message: string }).message).toContain('Write {"by": "90s"}');
  });

  it('moves time that someone else moves as well: events still fire one after the other', async () => {
    const running = pace(cloud.clock, 3600);
    let inside = 0;
    let most = 0;
    for (let second = 1; second < 200; second++)
      cloud.clock.after(second * 1000, async () => {
        most = Math.max(most, ++inside);
        await new Promise(setImmediate);
        inside--;
      });
    await ask('POST', 'clock', { by: '5m' });
    await running.stop();
    expect(most).toBe(1);
    expect(cloud.clock.now()).toBeGreaterThanOrEqual(Date.parse('2026-01-05T00:05:00Z'));
  });
});

describe('/_cloud/applications', () => {
  it('changes the applications of one group, and leaves the others as they were', async () => {
    const change = { group: 'web', port: 8080, needsInternet: true };
    expect(await ask('POST', 'applications', change)).toMatchObject({
      status: 200,
      body: { port: 8080, needsInternet: true, capacity: 100 },
    });
    expect((await ask('GET', 'applications?group=web')).body).toMatchObject({ port: 8080 });
    expect((await ask('GET', 'applications')).body).toMatchObject({ port: 'any', needsInternet: false });
  });

  it.each([
    [{ port: 0 }, 'application.port: 0 is wrong: write a port from 1 to 65535, or "any"'],
    [{ slow: { share: 2, seconds: 1 } }, 'application.slow.share: 2 is wrong: write a share from 0 to 1'],
    [{ needs: 1 }, 'application.needs: 1 has no place here'],
  ])('refuses %j and says how to mend it', async (change, message) => {
    const { status, body } = await ask('POST', 'applications', change);
    expect(status).toBe(400);
    expect(body).toMatchObject({ message: expect.stringContaining(message) as string });
  });
});
