import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { autoScalingGroups } from '../../../shared/aws/auto-scaling-groups.ts';
import { dynamoAdmissions } from '../../../shared/aws/dynamodb-admissions.ts';
import { dynamoAnnouncements } from '../../../shared/aws/dynamodb-announcements.ts';
import { dynamoDrains } from '../../../shared/aws/dynamodb-drains.ts';
import { dynamoLedger } from '../../../shared/aws/dynamodb-ledger.ts';
import { ec2Instances } from '../../../shared/aws/ec2-instances.ts';
import { elbBalancers } from '../../../shared/aws/elb-balancers.ts';
import { instanceAddresses } from '../../../shared/aws/instance-addresses.ts';
import { LookUnderwayError, sharedLooks } from '../../../shared/aws/shared-looks.ts';
import { sqsQueues } from '../../../shared/aws/sqs-queues.ts';
import { ssmCommands } from '../../../shared/aws/ssm-commands.ts';
import { MINUTE, SECOND } from '../../../shared/domain/index.ts';
import type { DrainProgress } from '../../../shared/ports/index.ts';
import { sendOnce } from '../../../shared/workflows/send-once.ts';
import type { CloudWorld } from './cloud-world.ts';
import { newCloudWorld } from './cloud-world.ts';
import type { FleetWorld } from './fleet-world.ts';
import { newFleetWorld } from './fleet-world.ts';

let world: CloudWorld;
beforeEach(async () => {
  world = await newCloudWorld();
});
afterEach(() => world.cloud.close());

describe('looks that are shared', () => {
  const looks = () => sharedLooks(world.table);

  it('are taken once by all who look within their time', async () => {
    let taken = 0;
    const take = async () => ({ taken: ++taken });
    expect(await looks()('group#web', 2, take)).toEqual({ taken: 1 });
    await world.pass(2 * SECOND);
    expect(await looks()('group#web', 2, take)).toEqual({ taken: 1 });
    await world.pass(SECOND);
    expect(await looks()('group#web', 2, take)).toEqual({ taken: 2 });
    expect(await looks()('group#api', 2, take)).toEqual({ taken: 3 });
  });

  it('are taken by one while others make do with what is a little older, or come again', async () => {
    const nested = async (): Promise<string> => looks()('a', 2, () => Promise.resolve('twice'));
    await expect(looks()('a', 2, nested)).rejects.toThrow(LookUnderwayError);
    await world.pass(11 * SECOND);
    await looks()('a', 2, () => Promise.resolve('old'));
    await world.pass(3 * SECOND);
    expect(await looks()('a', 2, nested)).toBe('old');
  });

  it('that fail are taken by the next, after a while', async () => {
    await expect(looks()('a', 2, () => Promise.reject(new Error('throttled')))).rejects.toThrow('throttled');
    await world.pass(11 * SECOND);
    expect(await looks()('a', 2, () => Promise.resolve('seen'))).toBe('seen');
  });

  it('hold more than an item takes by itself', async () => {
    const many = Array.from({ length: 9000 }, (_, index) => ({
      id: `i-${index.toString(16).padStart(17, '0')}`,
      state: 'healthy',
    }));
    await looks()('targets', 2, () => Promise.resolve(many));
    expect(await looks()('targets', 2, () => Promise.resolve([]))).toEqual(many);
  });

  it('are taken by everybody for himself when the table does not answer', async () => {
    const gone = sharedLooks({ ...world.table, name: 'no-such-table' });
    expect(await gone('a', 2, () => Promise.resolve('seen'))).toBe('seen');
  });
});

describe('drains in the ledger', () => {
  const drains = () => dynamoDrains(world.table);
  const drain: DrainProgress = {
    instance: 'i-1',
    fleet: 'web',
    group: 'web-group',
    execution: 'first',
    startedAt: 1,
    lookedAt: 2,
    deadline: 3,
    waitsFor: ['its drain command'],
  };

  it('are seen as they were noted last', async () => {
    expect(await drains().note(drain)).toEqual({});
    await drains().note({ ...drain, lookedAt: 5, command: { progress: 'failed', exitCode: 3, output: 'x' } });
    expect(await drains().all()).toMatchObject([
      { instance: 'i-1', lookedAt: 5, command: { exitCode: 3 }, orders: {} },
    ]);
  });

  it('hear at their next note what was ordered, and no order that was for another', async () => {
    await drains().note(drain);
    expect(await drains().order(drain, 'hold', 'me')).toBe('done');
    expect(await drains().note(drain)).toEqual({ isHeld: true, by: 'me' });
    expect(await drains().order(drain, 'release', 'me')).toBe('done');
    expect(await drains().note(drain)).toEqual({ by: 'me' });
    expect(await drains().order(drain, 'let-go', 'me')).toBe('done');
    expect(await drains().note({ ...drain, execution: 'second' })).toEqual({});
    expect(await drains().order(drain, 'hold', 'me')).toBe('gone');
  });

  it('take no orders once they have ended, nor where there are none', async () => {
    await drains().note({ ...drain, end: 'idle' });
    expect(await drains().order(drain, 'hold', 'me')).toBe('gone');
    expect(await drains().order({ ...drain, instance: 'i-2' }, 'hold', 'me')).toBe('gone');
  });

  it('hear of the end of their instance, also before they begin', async () => {
    await drains().isTaken('i-1', 120_000);
    await drains().isLost('i-1', 'terminated');
    expect(await drains().all()).toEqual([]);
    expect(await drains().note(drain)).toEqual({ takenAt: 120_000, lost: 'terminated' });
  });
});

describe('what AWS announces of an instance', () => {
  const announcements = () => dynamoAnnouncements(world.table);
  const first = { change: 'arn:aws:health:1', saidAt: 1000, by: 90_000, isOver: false };

  it('is known by what was said last of each change, and of no other instance', async () => {
    expect(await announcements().of('i-1')).toEqual([]);
    await announcements().note('i-1', first);
    await announcements().note('i-1', { change: 'arn:aws:health:2', saidAt: 500, isOver: false });
    await announcements().note('i-1', { ...first, saidAt: 2000, by: 80_000 });
    await announcements().note('i-2', first);
    expect(await announcements().of('i-1')).toEqual([
      { ...first, saidAt: 2000, by: 80_000 },
      { change: 'arn:aws:health:2', saidAt: 500, isOver: false },
    ]);
  });

  it('is not changed by what was said before, and comes later', async () => {
    const over = { change: first.change, saidAt: 2000, isOver: true };
    await announcements().note('i-1', over);
    await announcements().note('i-1', first);
    expect(await announcements().of('i-1')).toEqual([over]);
    await announcements().note('i-1', { ...first, saidAt: 2000 });
    expect(await announcements().of('i-1')).toEqual([{ ...first, saidAt: 2000 }]);
  });
});

describe('in a fleet', () => {
  let fleet: FleetWorld;
  let first: string;
  beforeEach(async () => {
    fleet = await newFleetWorld(world);
    first = (await fleet.instances())[0] ?? '';
  });
  const balancers = () =>
    elbBalancers(
      new ElasticLoadBalancingV2Client(world.access),
      instanceAddresses(new EC2Client(world.access)),
      sharedLooks(world.table),
    );

  it('an instance is let go where it is registered by its address', async () => {
    const address = world.cloud.services.ec2.instance(first)?.privateIp ?? '';
    const { TargetGroups } = await fleet.elb.createTargetGroup({
      Name: 'by-address',
      Protocol: 'HTTP',
      Port: 80,
      VpcId: fleet.vpcId,
      TargetType: 'ip',
    });
    const arn = TargetGroups?.[0]?.TargetGroupArn ?? '';
    await fleet.elb.registerTargets({ TargetGroupArn: arn, Targets: [{ Id: address }, { Id: '10.99.0.9' }] });
    expect(await balancers().targetGroupsOf(first)).toEqual([arn]);
    await balancers().deregister(arn, first);
    await world.pass(6 * MINUTE);
    expect(await balancers().targetState(arn, first)).toBeUndefined();
    const { TargetHealthDescriptions = [] } = await fleet.elb.describeTargetHealth({ TargetGroupArn: arn });
    expect(TargetHealthDescriptions.map(({ Target }) => Target?.Id)).toEqual(['10.99.0.9']);
  });

  it('a group is described once for all who look at its instances', async () => {
    const groups = autoScalingGroups(new AutoScalingClient(world.access), sharedLooks(world.table));
    const ids = await fleet.instances();
    const seen = await Promise.all(
      ids.map((id) => groups.ofInstance(id, 'web-group').catch(() => 'underway')),
    );
    expect(seen).toContainEqual({ group: 'web-group', lifecycle: 'Pending:Wait', isHealthy: true });
    expect(await groups.ofInstance('i-0123456789abcdef0', 'web-group')).toBeUndefined();
    expect(await groups.named('no-such-group')).toBeUndefined();
  });

  it('launches can be suspended and resumed', async () => {
    const groups = autoScalingGroups(new AutoScalingClient(world.access));
    await groups.suspendLaunch('web-group');
    expect((await groups.named('web-group'))?.suspendedProcesses).toEqual(['Launch']);
    await groups.resumeLaunch('web-group');
    expect((await groups.named('web-group'))?.suspendedProcesses).toEqual([]);
  });

  it('a command whose answer was lost is not sent again', async () => {
    const commands = ssmCommands(new SSMClient(world.access));
    const ports = { commands, ledger: dynamoLedger(world.table) };
    const sent = await sendOnce(first, 'true', 'Evenkeel drain token', ports);
    expect(sent).toBeDefined();
    expect(await sendOnce(first, 'true', 'Evenkeel drain token', ports)).toBe(sent);
    expect(await sendOnce(first, 'true', 'Evenkeel drain other', ports)).not.toBe(sent);
  });

  it('an instance has a state, and a console of which the end is shown', async () => {
    const instances = ec2Instances(new EC2Client(world.access));
    expect(await instances.state(first)).toBe('running');
    expect(await instances.state('i-0123456789abcdef0')).toBeUndefined();
    expect(await instances.consoleTail(first)).not.toBe('');
    expect(await instances.consoleTail('i-0123456789abcdef0')).toBe('');
  });
});

describe('admissions that fail in a row', () => {
  it('are counted once each, until one succeeds', async () => {
    const admissions = dynamoAdmissions(world.table);
    const { since } = await admissions.failed('web', 'i-1');
    expect(await admissions.failed('web', 'i-1')).toEqual({ count: 1, since });
    await world.pass(MINUTE);
    expect(await admissions.failed('web', 'i-2')).toEqual({ count: 2, since });
    expect(await admissions.failed('api', 'i-3')).toMatchObject({ count: 1 });
    await admissions.succeeded('web');
    expect(await admissions.failed('web', 'i-4')).toEqual({ count: 1, since: since + MINUTE });
  });

  it('are no row with those of days ago, deleted by now or not', async () => {
    const admissions = dynamoAdmissions(world.table);
    const { since } = await admissions.failed('web', 'i-1');
    const later = 24 * 60 * MINUTE;
    // Expired, and still there: DynamoDB deletes it within days.
    const clock = { now: () => since + later };
    const tomorrow = dynamoAdmissions({ ...world.table, clock });
    expect(await tomorrow.failed('web', 'i-2')).toEqual({ count: 1, since: since + later });
    expect(await tomorrow.failed('web', 'i-2')).toEqual({ count: 1, since: since + later });
    expect(await tomorrow.failed('web', 'i-3')).toEqual({ count: 2, since: since + later });
  });
});

describe('a queue', () => {
  it('has its messages in flight, or does not exist', async () => {
    const queues = sqsQueues(new SQSClient(world.access));
    expect(await queues.inFlight('outbox')).toBe(0);
    await world.sqs.sendMessage({ QueueUrl: world.queueUrl, MessageBody: 'job' });
    await world.sqs.receiveMessage({ QueueUrl: world.queueUrl });
    expect(await queues.inFlight('outbox')).toBe(1);
    expect(await queues.inFlight('no-such-queue')).toBeUndefined();
  });
});
