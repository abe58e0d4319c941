import { AutoScaling } from '@aws-sdk/client-auto-scaling';
import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dynamoStories } from '../../../shared/aws/dynamodb-stories.ts';
import { MINUTE } from '../../../shared/domain/index.ts';
import { scaleFleet } from '../../../shared/workflows/scale-fleet.ts';
import { fleet } from '../../support/world.ts';
import type { CloudWorld } from '../adapters/cloud-world.ts';
import { newCloudWorld } from '../adapters/cloud-world.ts';
import type { FleetWorld } from '../adapters/fleet-world.ts';
import { newFleetWorld } from '../adapters/fleet-world.ts';
import { wireScale } from './wire-scale.ts';

const ALARM = 'evenkeel/prod/web/requests-high';

let world: CloudWorld;
let aws: FleetWorld;
let ports: ReturnType<typeof wireScale>;
let calls: string[];
beforeEach(async () => {
  world = await newCloudWorld();
  aws = await newFleetWorld(world);
  ports = wireScale(world, fleet());
  await admitAll();
  await world.pass(5 * MINUTE);
  calls = [];
  world.cloud.kernel.journal.observe((entry) => {
    if (entry.kind === 'api-call') calls.push(entry.action);
  });
});
afterEach(() => world.cloud.close());

async function admitAll(): Promise<void> {
  for (const instance of await aws.instances())
    await ports.groups.complete(aws.action('evenkeel-admission', instance), 'CONTINUE');
}

/** Requests that each target has served in the last minutes. */
async function load(requests: number): Promise<void> {
  for (let minute = 0; minute < 12; minute++) {
    const dimension = aws.targetGroupArn.slice(aws.targetGroupArn.lastIndexOf(':') + 1);
    const sample = { sum: requests, count: 1, min: requests, max: requests };
    world.cloud.services.cloudWatch.metrics.put(
      'AWS/ApplicationELB',
      'RequestCountPerTarget',
      { TargetGroup: dimension },
      world.clock.now(),
      sample,
    );
    await world.pass(MINUTE);
  }
  await world.pass(2 * MINUTE);
  calls.length = 0;
}

/** Has an instance show its CPU of just now. */
function occupy(InstanceId: string, percent: number): void {
  const sample = { sum: percent, count: 1, min: percent, max: percent };
  const { metrics } = world.cloud.services.cloudWatch;
  metrics.put('AWS/EC2', 'CPUUtilization', { InstanceId }, world.clock.now() - MINUTE, sample);
}

async function standAlarm(): Promise<void> {
  const client = new CloudWatch(world.access);
  await client.putMetricAlarm({
    AlarmName: ALARM,
    Namespace: 'Test',
    MetricName: 'm',
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'ignore',
  });
  await client.setAlarmState({ AlarmName: ALARM, StateValue: 'ALARM', StateReason: 'test' });
  calls.length = 0;
}

const tick = (id: string) =>
  scaleFleet({ kind: 'scale-due', id, at: world.clock.now(), fleet: 'web' }, `request of ${id}`, ports);

describe('scaling a group of the local cloud', () => {
  it('raises its desired capacity, records why, and puts the story into the outbox', async () => {
    await load(150);
    await standAlarm();
    const event = { alarm: ALARM, state: 'ALARM', reason: '', isSuppressed: false } as const;
    const now = world.clock.now();
    const outcome = await scaleFleet(
      { kind: 'alarm-changed', id: 'e', at: now, changedAt: now, ...event },
      'request',
      ports,
    );
    expect(outcome).toMatchObject({
      kind: 'done',
      facts: { action: 'scale-out', from: 2, to: 3, effect: 'done' },
    });
    expect((await ports.groups.named('web-group'))?.desired).toBe(3);
    const [decision] = await ports.ledger.decisions('web', 0, 1);
    expect(decision).toMatchObject({ action: 'scale-out', cause: 'e', inputs: { serving: 2, need: 3 } });
    const story = await dynamoStories(world.table).load(`decision/${decision?.id ?? ''}`);
    expect(story?.story.title).toBe('web scales out from 2 to 3 instances');
    const { Messages } = await world.sqs.receiveMessage({ QueueUrl: world.queueUrl });
    expect(Messages?.map(({ Body }) => Body)).toEqual([JSON.stringify({ storyId: story?.story.id })]);
  });

  it('costs three calls while nothing is to be done', async () => {
    await load(100);
    expect(await tick('one')).toMatchObject({ kind: 'done', facts: { action: 'hold' } });
    expect(calls.sort()).toEqual([
      'autoscaling:DescribeAutoScalingGroups',
      'cloudwatch:GetMetricData',
      'dynamodb:PutItem',
    ]);
  });

  it('takes chosen instances in when load has gone, to the minimum', async () => {
    await ports.groups.setDesired('web-group', 4);
    await world.pass(3 * MINUTE);
    await admitAll();
    await load(10);
    const members = (await ports.groups.named('web-group'))?.instances ?? [];
    const byZone = [...Map.groupBy(members, ({ zone }) => zone).values()];
    const busy = byZone.flatMap((mates) => mates.slice(0, 1).map(({ id }) => id));
    for (const { id } of members) occupy(id, busy.includes(id) ? 90 : 10);
    await world.pass(2 * MINUTE);
    expect(await tick('one')).toMatchObject({ facts: { action: 'scale-in', from: 4, to: 2, taken: 2 } });
    const group = await ports.groups.named('web-group');
    expect(group?.desired).toBe(2);
    const left = group?.instances.filter(({ lifecycle }) => lifecycle === 'InService') ?? [];
    expect(left.map(({ id }) => id).toSorted()).toEqual(busy.toSorted());
    expect(new Set(left.map(({ zone }) => zone)).size).toBe(2);
    expect(await tick('two')).toMatchObject({ facts: { action: 'hold' } });
  });

  it('keeps what a person has set, and takes in what it has asked for itself', async () => {
    ports = wireScale(world, fleet({ byHand: 30 * 60 }));
    await load(150);
    expect(await tick('out')).toMatchObject({ facts: { action: 'scale-out', to: 3 } });
    await world.pass(3 * MINUTE);
    await admitAll();
    await load(10);
    expect(await tick('in')).toMatchObject({ facts: { action: 'scale-in', from: 3, to: 2 } });

    await new AutoScaling(world.access).setDesiredCapacity({
      AutoScalingGroupName: 'web-group',
      DesiredCapacity: 4,
    });
    await world.pass(3 * MINUTE);
    await admitAll();
    await load(10);
    expect(await tick('kept')).toMatchObject({ facts: { action: 'hold', desired: 4 } });
    const [kept] = await ports.ledger.decisions('web', 0, 1);
    expect(kept?.reasons.at(-1)).toMatchObject({ code: 'SET_BY_HAND', facts: { capacity: 4, before: 2 } });
    await load(10);
    expect(await tick('let go')).toMatchObject({ facts: { action: 'scale-in', from: 4, to: 2 } });
  });
});
