import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dynamoDrains } from '../../../shared/aws/dynamodb-drains.ts';
import { MINUTE } from '../../../shared/domain/index.ts';
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
  const env = {
    ...process.env,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: ACCOUNT_KEYS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ACCOUNT_KEYS.secretAccessKey,
  };
  const command = [...args, '--table', 'ledger', '--endpoint-url', world.cloud.endpoint];
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
const drain = {
  instance,
  fleet: 'web',
  group: 'web-group',
  execution,
  startedAt: Date.UTC(2026, 2, 2, 7),
  lookedAt: Date.UTC(2026, 2, 2, 7, 3, 20),
  deadline: Date.UTC(2026, 2, 2, 7, 15),
  waitsFor: ['target group web to let it go: draining'],
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
    expect(await lifecycles()).toMatchObject({
      desired: 2,
      [first]: 'Terminating:Wait',
      [second]: 'InService',
    });
    expect((await evenkeel('drain', first)).stdout).toContain('drains already');
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

describe('evenkeel drains, hold and release', () => {
  it('show how far a drain is, and what it waits for', async () => {
    await dynamoDrains(world.table).note(drain);
    await dynamoDrains(world.table).note({ ...drain, instance: 'i-0123456789abcdef1', end: 'idle' });
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
    await drains.note(drain);
    expect(await evenkeel('release', instance)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is not held') as string,
    });
    expect(await evenkeel('hold', instance)).toMatchObject({ code: 0 });
    expect(await drains.note(drain)).toMatchObject({ isHeld: true });
    await evenkeel('release', instance, '--now');
    expect(await drains.note(drain)).toMatchObject({ isLetGo: true });
  });

  it('know no instance that does not drain', async () => {
    expect(await evenkeel('hold', instance)).toMatchObject({
      code: 2,
      stderr: `evenkeel: ${instance} does not drain: \`evenkeel drains\` lists those that do\n`,
    });
  });
});
