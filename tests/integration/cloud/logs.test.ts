import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { World } from './lambda-world.ts';
import { MINUTE, newWorld, START } from './lambda-world.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';

const logGroupName = '/app/web';
const logStreamName = 'one';

let world: World;

beforeEach(async () => {
  world = await newWorld();
  await world.logs.createLogGroup({ logGroupName, tags: { team: 'web' } });
  await world.logs.createLogStream({ logGroupName, logStreamName });
});

afterEach(async () => {
  await world.close();
});

async function put(...messages: string[]): Promise<void> {
  const timestamp = world.cloud.clock.now();
  const logEvents = messages.map((message, i) => ({ message, timestamp: timestamp + i }));
  await world.logs.putLogEvents({ logGroupName, logStreamName, logEvents });
}

describe('a log stream', () => {
  it('is read page by page in both directions', async () => {
    await put('a', 'b', 'c', 'd', 'e');
    const read = async (nextToken?: string) => {
      const page = await world.logs.getLogEvents({
        logGroupName,
        logStreamName,
        limit: 2,
        startFromHead: true,
        ...(nextToken !== undefined && { nextToken }),
      });
      return { ...page, lines: page.events?.map(({ message }) => message) };
    };
    const first = await read();
    const second = await read(first.nextForwardToken);
    const third = await read(second.nextForwardToken);
    expect([first.lines, second.lines, third.lines]).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
    const end = await read(third.nextForwardToken);
    expect([end.lines, end.nextForwardToken]).toEqual([[], third.nextForwardToken]);
    expect((await read(third.nextBackwardToken)).lines).toEqual(['c', 'd']);
  });

  it('takes lines in order of time only, and none from the future', async () => {
    const events = (...times: number[]) =>
      world.logs.putLogEvents({
        logGroupName,
        logStreamName,
        logEvents: times.map((offset) => ({ message: 'x', timestamp: START + offset })),
      });
    await expect(events(5, 4)).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await expect(events(121 * MINUTE)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});

describe('a log group', () => {
  it('forgets what its retention does not hold any more', async () => {
    await world.logs.putRetentionPolicy({ logGroupName, retentionInDays: 1 });
    await put('old');
    await world.pass(23 * 60 * MINUTE);
    await put('young');
    await world.pass(2 * 60 * MINUTE);
    const { events = [] } = await world.logs.filterLogEvents({ logGroupName });
    expect(events.map(({ message }) => message)).toEqual(['young']);
  });

  it('keeps a bounded number of lines, the newest', async () => {
    for (let i = 0; i < 25; i++) await put(...Array.from({ length: 1000 }, (_, n) => `${i}-${n}`));
    const { events = [] } = await world.logs.filterLogEvents({ logGroupName, filterPattern: '"-999"' });
    expect(events.at(-1)?.message).toBe('24-999');
    expect(events.length).toBeLessThan(20);
    expect(events.length).toBeGreaterThanOrEqual(10);
  });

  it('is found by prefix, tagged, and gone when deleted', async () => {
    const { logGroups = [] } = await world.logs.describeLogGroups({ logGroupNamePrefix: '/app' });
    const resourceArn = logGroups[0]?.logGroupArn ?? '';
    expect(resourceArn).toBe('arn:aws:logs:eu-central-1:123456789012:log-group:/app/web');
    await world.logs.tagResource({ resourceArn, tags: { tier: 'front' } });
    await world.logs.untagResource({ resourceArn, tagKeys: ['team'] });
    expect((await world.logs.listTagsForResource({ resourceArn })).tags).toEqual({ tier: 'front' });
    await expect(world.logs.createLogGroup({ logGroupName })).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
    });
    await world.logs.deleteLogGroup({ logGroupName });
    await expect(put('x')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('a line in the embedded metric format', () => {
  it('is a metric of CloudWatch', async () => {
    const cloudwatch = new CloudWatch({
      region: 'eu-central-1',
      endpoint: world.cloud.endpoint,
      credentials: ACCOUNT_KEYS,
    });
    const Timestamp = world.cloud.clock.now();
    const directive = { Namespace: 'Shop', Dimensions: [['till']], Metrics: [{ Name: 'Orders' }] };
    const line = { _aws: { Timestamp, CloudWatchMetrics: [directive] }, till: '7', Orders: [2, 3] };
    await put(JSON.stringify(line), 'not one');
    await world.pass(5 * MINUTE);
    const { Datapoints } = await cloudwatch.getMetricStatistics({
      Namespace: 'Shop',
      MetricName: 'Orders',
      Dimensions: [{ Name: 'till', Value: '7' }],
      StartTime: new Date(Timestamp - MINUTE),
      EndTime: new Date(Timestamp + MINUTE),
      Period: 60,
      Statistics: ['Sum', 'SampleCount'],
    });
    cloudwatch.destroy();
    expect(Datapoints).toMatchObject([{ Sum: 5, SampleCount: 2 }]);
  });
});
