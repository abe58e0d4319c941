import type { CreateScheduleCommandInput } from '@aws-sdk/client-scheduler';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { World } from './messaging-world.ts';
import { MINUTE, newWorld, SECOND, START } from './messaging-world.ts';

let world: World;
let queue: { url: string; arn: string };
let role: string;

const HOUR = 60 * MINUTE;
const SERVICE = 'scheduler.amazonaws.com';

async function begin(start = START): Promise<void> {
  world = await newWorld({ start, enforceIam: true });
  queue = await world.queue('work');
  role = await world.role('schedules', SERVICE, { Action: 'sqs:SendMessage', Resource: queue.arn });
}

beforeEach(() => begin());

afterEach(async () => {
  await world.cloud.close();
});

async function schedule(
  expression: string,
  { Target, ...settings }: Omit<Partial<CreateScheduleCommandInput>, 'Target'> & { Target?: object } = {},
): Promise<string> {
  const { ScheduleArn = '' } = await world.scheduler.createSchedule({
    Name: 'nightly',
    ScheduleExpression: expression,
    FlexibleTimeWindow: { Mode: 'OFF' },
    ...settings,
    Target: { Arn: queue.arn, RoleArn: role, Input: '"<aws.scheduler.scheduled-time>"', ...Target },
  });
  return ScheduleArn;
}

/** Scheduled times of the invocations, in order. */
async function invoked(): Promise<unknown[]> {
  return (await world.received(queue.url)).map((body) => JSON.parse(body) as unknown).sort();
}

describe('a schedule', () => {
  it('invokes its target at its times, in its zone', async () => {
    await schedule('cron(0 7 ? * MON-FRI *)', { ScheduleExpressionTimezone: 'Europe/Berlin' });
    await world.pass(48 * HOUR);
    expect(await invoked()).toEqual(['2026-01-05T06:00:00Z', '2026-01-06T06:00:00Z']);
  });

  it.each([
    ['skips the hour that spring leaves out', '2026-03-28', ['2026-03-28T01:30:00Z', '2026-03-30T00:30:00Z']],
    [
      'takes the hour that autumn doubles once',
      '2026-10-25',
      ['2026-10-25T00:30:00Z', '2026-10-26T01:30:00Z', '2026-10-27T01:30:00Z'],
    ],
  ])('%s', async (_rule, day, times) => {
    await world.cloud.close();
    await begin(Date.parse(`${day}T00:00:00Z`));
    await schedule('cron(30 2 * * ? *)', { ScheduleExpressionTimezone: 'Europe/Berlin' });
    await world.pass(72 * HOUR);
    expect(await invoked()).toEqual(times);
  });

  it('keeps to its start and its end', async () => {
    await schedule('rate(1 hour)', {
      StartDate: new Date(START + 90 * MINUTE),
      EndDate: new Date(START + 210 * MINUTE),
    });
    await world.pass(12 * HOUR);
    expect(await invoked()).toEqual(['2026-01-05T01:30:00Z', '2026-01-05T02:30:00Z', '2026-01-05T03:30:00Z']);
  });

  it('may go away after its last invocation', async () => {
    await schedule('at(2026-01-05T03:00:00)', { ActionAfterCompletion: 'DELETE' });
    await world.pass(4 * HOUR);
    expect(await invoked()).toEqual(['2026-01-05T03:00:00Z']);
    await expect(world.scheduler.getSchedule({ Name: 'nightly' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('may be late by no more than its flexible window', async () => {
    const arn = await schedule('rate(1 hour)', {
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
    });
    await world.pass(10 * HOUR + 15 * MINUTE);
    const late = world
      .told('delivery')
      .filter(({ from }) => from === arn)
      .map(({ at }) => (at - START) % HOUR);
    expect(late).toHaveLength(10);
    expect(Math.max(...late)).toBeLessThanOrEqual(15 * MINUTE);
    expect(new Set(late).size).toBeGreaterThan(1);
  });

  it('rests while it is disabled, and follows what it is changed to', async () => {
    await schedule('rate(1 hour)', { State: 'DISABLED' });
    await world.pass(5 * HOUR);
    expect(await invoked()).toEqual([]);
    await world.scheduler.updateSchedule({
      Name: 'nightly',
      ScheduleExpression: 'cron(30 * * * ? *)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: queue.arn, RoleArn: role, Input: '"<aws.scheduler.scheduled-time>"' },
    });
    await world.pass(HOUR);
    expect(await invoked()).toEqual(['2026-01-05T05:30:00Z']);
  });

  it('sends an event of its own where it has no input', async () => {
    const arn = await schedule('rate(1 hour)', { Target: { Input: undefined } });
    await world.pass(HOUR);
    expect(await invoked()).toMatchObject([
      {
        source: 'aws.scheduler',
        'detail-type': 'Scheduled Event',
        resources: [arn],
        time: '2026-01-05T01:00:00Z',
      },
    ]);
  });

  it.each([
    ['rate(1 minutes)', {}, 'Invalid Schedule Expression rate(1 minutes).'],
    ['rate(5 minutes)', { ScheduleExpressionTimezone: 'Mars' }, 'Timezone Mars'],
    ['cron(0 7 * * ? *)', { ScheduleExpressionTimezone: 'Mars' }, 'Timezone Mars'],
    ['rate(5 minutes)', { StartDate: new Date(START + 2), EndDate: new Date(START + 1) }, 'StartDate'],
    ['rate(5 minutes)', { FlexibleTimeWindow: { Mode: 'FLEXIBLE' as const } }, 'MaximumWindowInMinutes'],
    ['rate(5 minutes)', { GroupName: 'none' }, 'Schedule group none does not exist.'],
    [
      'rate(5 minutes)',
      { Target: { Arn: 'arn:aws:scheduler:::aws-sdk:sqs:sendMessage' } },
      'schedules nothing',
    ],
  ])('%s is refused with %j', async (expression, settings, message) => {
    await expect(schedule(expression, settings)).rejects.toThrow(message);
  });
});

describe('a schedule acts as its role', () => {
  it('which must exist and trust Scheduler', async () => {
    const RoleArn = await world.role('other', 'lambda.amazonaws.com');
    for (const arn of [RoleArn, 'arn:aws:iam::123456789012:role/none']) {
      await expect(schedule('rate(1 hour)', { Target: { RoleArn: arn } })).rejects.toThrow(
        'must allow AWS EventBridge Scheduler to assume the role',
      );
    }
  });

  it('which must be allowed to reach the target: else the invocation goes to the dead-letter queue', async () => {
    const letters = await world.queue('letters');
    const RoleArn = await world.role('letters-only', SERVICE, {
      Action: 'sqs:SendMessage',
      Resource: letters.arn,
    });
    const arn = await schedule('rate(1 hour)', {
      Target: { RoleArn, DeadLetterConfig: { Arn: letters.arn } },
    });
    await world.pass(HOUR + SECOND);
    expect(await invoked()).toEqual([]);
    const { Messages = [] } = await world.sqs.receiveMessage({
      QueueUrl: letters.url,
      MessageAttributeNames: ['All'],
    });
    expect(Messages[0]?.Body).toBe('"2026-01-05T01:00:00Z"');
    expect(Messages[0]?.MessageAttributes).toMatchObject({
      ERROR_CODE: { StringValue: 'NO_PERMISSIONS' },
      SCHEDULE_ARN: { StringValue: arn },
      TARGET_ARN: { StringValue: queue.arn },
    });
    expect(world.told('delivery').map(({ outcome }) => outcome)).toEqual(['failed', 'dead-letter']);
  });
});

describe('schedules come in groups', () => {
  it('that take them along when they are deleted', async () => {
    await world.scheduler.createScheduleGroup({ Name: 'shop' });
    await schedule('rate(1 hour)', { GroupName: 'shop' });
    await schedule('rate(1 hour)');
    await expect(schedule('rate(1 hour)')).rejects.toMatchObject({ name: 'ConflictException' });
    await world.scheduler.deleteScheduleGroup({ Name: 'shop' });
    const { Schedules = [] } = await world.scheduler.listSchedules({});
    expect(Schedules.map(({ GroupName }) => GroupName)).toEqual(['default']);
    await world.pass(HOUR);
    expect(await invoked()).toHaveLength(1);
  });
});
