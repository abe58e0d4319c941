import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dynamoDrains } from '../../../shared/aws/dynamodb-drains.ts';
import { dynamoLease } from '../../../shared/aws/dynamodb-lease.ts';
import { isoTime, MINUTE, SECOND } from '../../../shared/domain/index.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';
import type { CloudWorld } from '../adapters/cloud-world.ts';
import { newCloudWorld } from '../adapters/cloud-world.ts';
import type { FleetWorld } from '../adapters/fleet-world.ts';
import { newFleetWorld } from '../adapters/fleet-world.ts';

const root = resolve(import.meta.dirname, '..', '..', '..');
let world: CloudWorld;
let fleet: FleetWorld;
let ids: string[];

beforeEach(async () => {
  world = await newCloudWorld();
  fleet = await newFleetWorld(world);
  ids = (await fleet.instances()).toSorted();
  for (const id of ids)
    await fleet.autoScaling.completeLifecycleAction({
      AutoScalingGroupName: 'web-group',
      LifecycleHookName: 'evenkeel-admission',
      InstanceId: id,
      LifecycleActionResult: 'CONTINUE',
    });
  await world.pass(2 * MINUTE);
});
afterEach(() => world.cloud.close());

/** `evenkeel …`, as its user runs it. */
async function evenkeel(...args: string[]) {
  return evenkeelAt('ledger', ...args);
}

async function evenkeelAt(table: string, ...args: string[]) {
  const env = {
    ...process.env,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: ACCOUNT_KEYS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ACCOUNT_KEYS.secretAccessKey,
  };
  const command = [...args, '--table', table, '--endpoint-url', world.cloud.endpoint];
  const run = promisify(execFile)(join(root, 'tools/cli/bin.mjs'), command, { env, cwd: root });
  const { stdout, stderr, ...end } = await run.catch(
    (error: unknown) => error as { code?: number; stdout?: string; stderr?: string },
  );
  return { code: 'code' in end ? end.code : 0, stdout: stdout ?? '', stderr: stderr ?? '' };
}

const lifecycles = async () => {
  const { AutoScalingGroups: [group] = [] } = await fleet.autoScaling.describeAutoScalingGroups({});
  const states = group?.Instances?.map(({ InstanceId = '', LifecycleState = '' }) => [
    InstanceId,
    LifecycleState,
  ]);
  return { desired: group?.DesiredCapacity, ...Object.fromEntries(states ?? []) } as Record<string, unknown>;
};

const [instance, execution] = ['i-0123456789abcdef0', 'execution-1'];
/** One that has just been looked at. */
const draining = () => {
  const lookedAt = world.clock.now();
  return {
    instance,
    fleet: 'web',
    group: 'web-group',
    execution,
    startedAt: lookedAt - 200 * SECOND,
    lookedAt,
    deadline: lookedAt + 700 * SECOND,
    waitsFor: ['target group web to let it go: draining'],
  };
};

describe('evenkeel drain', () => {
  it('takes an instance out by its hook and has it replaced, or lowers capacity; twice is once', async () => {
    const [first = '', second = ''] = ids;
    // Without its zone's other instances only by force.
    const refused = await evenkeel('drain', first);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--force') as string });
    const started = await evenkeel('drain', first, '--force', '--json');
    expect(JSON.parse(started.stdout)).toEqual({
      instance: first,
      group: 'web-group',
      fleet: 'web',
      isReplaced: true,
      drain: 'started',
    });
    await world.pass(6 * MINUTE);
    // Nobody drains here: that it is on its way out is seen all the same.
    expect((await evenkeel('drains')).stdout).toMatch(
      new RegExp(`${first} +web +leaving +its drain to begin`),
    );
    expect(await evenkeel('hold', first)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('does not drain yet, it waits for its drain to begin') as string,
    });
    expect(await lifecycles()).toMatchObject({
      desired: 2,
      [first]: 'Terminating:Wait',
      [second]: 'InService',
    });
    expect((await evenkeel('drain', first)).stdout).toContain('drains already');
    // Whether it is replaced was said before.
    expect(JSON.parse((await evenkeel('drain', first, '--decrement', '--json')).stdout)).toEqual({
      instance: first,
      group: 'web-group',
      fleet: 'web',
      drain: 'already',
    });
    const below = await evenkeel('drain', second, '--force', '--decrement');
    expect(below).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('may not have less than 2') as string,
    });
  });

  it('touches no protected instance, nor one that it does not find, and says what to do', async () => {
    const [first = ''] = ids;
    await fleet.autoScaling.setInstanceProtection({
      AutoScalingGroupName: 'web-group',
      InstanceIds: [first],
      ProtectedFromScaleIn: true,
    });
    const outcome = await evenkeel('drain', first, '--force');
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining('protected') as string });
    expect(await evenkeel('drain', instance)).toMatchObject({ code: 2 });
    expect(await evenkeel('drain', 'web-1')).toMatchObject({
      code: 2,
      stderr: 'evenkeel: "web-1" is no instance id: write i- and 17 hexadecimal digits\n',
    });
    expect(await lifecycles()).toMatchObject({ desired: 2, [first]: 'InService' });
  });
});

describe('evenkeel drain, where it must not', () => {
  it('changes no fleet that somebody else is changing', async () => {
    const [first = ''] = ids;
    const refused = await dynamoLease(world.table).withLease('web', 'scaling', () =>
      evenkeel('drain', first, '--force'),
    );
    expect(refused).toMatchObject({
      code: 2,
      stderr: 'evenkeel: fleet web is being changed: try again in a few seconds\n',
    });
    expect(await lifecycles()).toMatchObject({ [first]: 'InService' });
  });

  it('asks before it terminates an instance whose group has no terminate hook', async () => {
    const [first = ''] = ids;
    await fleet.autoScaling.deleteLifecycleHook({
      AutoScalingGroupName: 'web-group',
      LifecycleHookName: 'evenkeel-drain',
    });
    const refused = await evenkeel('drain', first);
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain('web-group has no terminate hook');
    expect(await lifecycles()).toMatchObject({ [first]: 'InService' });
  });

  it('never touches an instance that is marked so, nor one of a group that is no fleet', async () => {
    const [first = ''] = ids;
    const Tags = [{ Key: 'evenkeel:do-not-touch', Value: 'debugging' }];
    await fleet.ec2.createTags({ Resources: [first], Tags });
    const marked = await evenkeel('drain', first, '--force');
    expect(marked).toMatchObject({ code: 2 });
    expect(marked.stderr).toContain('has the tag evenkeel:do-not-touch');
    const consent = { ResourceType: 'auto-scaling-group', ResourceId: 'web-group', Key: 'evenkeel:fleet' };
    await fleet.autoScaling.deleteTags({ Tags: [consent] });
    const foreign = await evenkeel('drain', first, '--force');
    expect(foreign).toMatchObject({ code: 2 });
    expect(foreign.stderr).toContain('group web-group is no fleet');
    expect(await lifecycles()).toMatchObject({ [first]: 'InService' });
  });
});

describe('evenkeel drains, hold and release', () => {
  it('say which name is wrong, and what there is', async () => {
    expect(await evenkeel('drains', '--fleet', 'wbe')).toMatchObject({
      code: 2,
      stderr: 'evenkeel: --fleet wbe: no such fleet here, there is web\n',
    });
    expect(await evenkeel('drains', '--fleet', 'web')).toMatchObject({
      code: 0,
      stdout: 'no instance drains\n',
    });
    for (const command of [['drains'], ['hold', instance]])
      expect(await evenkeelAt('nowhere', ...command)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('--table nowhere: there is no such table here') as string,
      });
  });

  it('by two people at once say who has held it, and until when it can be held', async () => {
    const drains = dynamoDrains(world.table);
    const latest = world.clock.now() + 60 * MINUTE;
    await drains.note({ ...draining(), latest });
    await drains.order(draining(), 'hold', 'mira');
    const held = JSON.parse((await evenkeel('hold', instance, '--json')).stdout) as object;
    expect(held).toMatchObject({ order: 'hold', wasHeldBy: 'mira', until: isoTime(latest) });
    await drains.isTaken(instance, latest - 30 * MINUTE);
    expect((await evenkeel('hold', instance)).stdout).toContain(
      `at the latest until ${isoTime(latest - 30 * MINUTE)}, when AWS takes it`,
    );
    expect((await evenkeel('drains')).stdout).toMatch(/ held .* held by /);
    await drains.order(draining(), 'hold', 'mira');
    expect((await evenkeel('release', instance)).stdout).toContain('its drain goes on; mira had held it');
  });

  it('say where nobody looks after a drain any more', async () => {
    await dynamoDrains(world.table).note(draining());
    await world.pass(20 * MINUTE);
    expect((await evenkeel('drains')).stdout).toContain('no look for 20m00s: its execution may have ended');
  });

  it('show how far a drain is, and what it waits for', async () => {
    await dynamoDrains(world.table).note(draining());
    await dynamoDrains(world.table).note({ ...draining(), instance: 'i-0123456789abcdef1', end: 'idle' });
    expect((await evenkeel('drains')).stdout.split('\n')).toEqual([
      'INSTANCE             FLEET  STATE     ELAPSED  LEFT    WAITS FOR',
      'i-0123456789abcdef0  web    draining  3m20s    11m40s  target group web to let it go: draining',
      '',
    ]);
    const all = JSON.parse((await evenkeel('drains', '--all', '--json')).stdout) as { drains: unknown[] };
    expect(all.drains).toMatchObject([
      { instance, state: 'draining', elapsedSeconds: 200, leftSeconds: 700 },
      { state: 'ended', end: 'idle' },
    ]);
  });

  it('reach the drain at its next look', async () => {
    const drains = dynamoDrains(world.table);
    await drains.note(draining());
    expect(await evenkeel('release', instance)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is not held') as string,
    });
    expect(await evenkeel('hold', instance)).toMatchObject({ code: 0 });
    expect(await drains.note(draining())).toMatchObject({ isHeld: true });
    await evenkeel('release', instance, '--now');
    expect(await drains.note(draining())).toMatchObject({ isLetGo: true });
  });

  it('know no instance that does not drain', async () => {
    expect(await evenkeel('hold', instance)).toMatchObject({
      code: 2,
      stderr: `evenkeel: ${instance} does not drain: \`evenkeel drains\` lists those that do\n`,
    });
  });
});
