import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { World } from './world.ts';
import { GROUP, entries, openWorld } from './world.ts';

const HOUR = 3600;
const name = { AutoScalingGroupName: GROUP };

describe('a scheduled action', () => {
  let world: World;
  beforeEach(async () => {
    // Monday, 5 January 2026, 00:00 UTC.
    world = await openWorld();
    await world.create({ MaxSize: 10 });
  });
  afterEach(() => world.close());

  const put = (action: object) =>
    world.api.putScheduledUpdateGroupAction({ ...name, ScheduledActionName: 'day', ...action });
  const actions = async () =>
    (await world.api.describeScheduledActions(name)).ScheduledUpdateGroupActions ?? [];
  const desired = async () => (await world.describe()).DesiredCapacity;

  it('changes the sizes at its time, once, and is gone', async () => {
    await put({ StartTime: new Date('2026-01-05T02:00:00Z'), MinSize: 1, DesiredCapacity: 3 });
    await world.pass(2 * HOUR - 1);
    expect(await desired()).toBe(0);
    await world.pass(2);
    expect(await world.describe()).toMatchObject({ MinSize: 1, DesiredCapacity: 3, MaxSize: 10 });
    expect(await actions()).toEqual([]);
    expect(entries(world.journal, 'capacity').at(-1)?.cause).toBe('scheduled action day');
  });

  it('comes again by its cron expression in its own zone', async () => {
    await put({ Recurrence: '0 7 * * 1-5', TimeZone: 'Europe/Berlin', DesiredCapacity: 4 });
    expect((await actions())[0]?.StartTime).toEqual(new Date('2026-01-05T06:00:00Z'));
    await world.pass(6 * HOUR + 1);
    expect(await desired()).toBe(4);
    expect((await actions())[0]?.StartTime).toEqual(new Date('2026-01-06T06:00:00Z'));
    await world.pass(4 * 24 * HOUR);
    expect((await actions())[0]?.StartTime).toEqual(new Date('2026-01-12T06:00:00Z'));
  });

  it('counts the days of the week from Sunday, 0', async () => {
    await put({ Recurrence: '0 0 * * 0', DesiredCapacity: 1 });
    expect((await actions())[0]?.StartTime).toEqual(new Date('2026-01-11T00:00:00Z'));
  });

  it('ends at its end time', async () => {
    await put({ Recurrence: '0 * * * *', EndTime: new Date('2026-01-05T02:30:00Z'), DesiredCapacity: 2 });
    await world.pass(3 * HOUR);
    expect(await actions()).toEqual([]);
  });

  it('does nothing while ScheduledActions is suspended', async () => {
    await put({ Recurrence: '0 1 * * *', DesiredCapacity: 2 });
    await world.api.suspendProcesses({ ...name, ScalingProcesses: ['ScheduledActions'] });
    await world.pass(2 * HOUR);
    expect(await desired()).toBe(0);
  });

  it('keeps the desired capacity within the bounds it sets', async () => {
    await put({ StartTime: new Date('2026-01-05T01:00:00Z'), MaxSize: 2, DesiredCapacity: 5 });
    await world.pass(2 * HOUR);
    expect(await desired()).toBe(2);
  });

  it('replaces the one of its name, and can be deleted', async () => {
    await put({ Recurrence: '0 1 * * *', DesiredCapacity: 2 });
    await put({ Recurrence: '0 2 * * *', DesiredCapacity: 3 });
    await world.pass(1.5 * HOUR);
    expect(await desired()).toBe(0);
    await world.api.deleteScheduledAction({ ...name, ScheduledActionName: 'day' });
    await world.pass(2 * HOUR);
    expect(await desired()).toBe(0);
  });

  it('reports what failed in a batch and does the rest', async () => {
    const { FailedScheduledUpdateGroupActions } = await world.api.batchPutScheduledUpdateGroupAction({
      ...name,
      ScheduledUpdateGroupActions: [
        { ScheduledActionName: 'good', Recurrence: '0 1 * * *', DesiredCapacity: 2 },
        { ScheduledActionName: 'bad', Recurrence: 'whenever', DesiredCapacity: 2 },
      ],
    });
    expect(FailedScheduledUpdateGroupActions).toMatchObject([
      { ScheduledActionName: 'bad', ErrorCode: 'ValidationError' },
    ]);
    expect(await actions()).toHaveLength(1);
  });

  it.each([
    ['a time in the past', { StartTime: new Date('2026-01-04T00:00:00Z'), DesiredCapacity: 1 }],
    ['no time at all', { DesiredCapacity: 1 }],
    ['no size', { Recurrence: '0 1 * * *' }],
    ['an unknown zone', { Recurrence: '0 1 * * *', TimeZone: 'Europe/Nowhere', DesiredCapacity: 1 }],
  ])('is refused with %s', async (_name, action) => {
    await expect(put(action)).rejects.toMatchObject({ name: 'ValidationError' });
  });
});
