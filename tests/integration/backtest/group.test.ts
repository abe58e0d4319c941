import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseFleets } from '../../../shared/config/fleets.ts';
import type { Recommended } from '../../../tools/backtest/fragment.ts';
import type { Setting } from '../../../tools/backtest/setting.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';
import type { Fleet } from '../cloud/groups-world.ts';
import { GROUP, openFleet } from '../cloud/groups-world.ts';

const root = resolve(import.meta.dirname, '..', '..', '..');
const HOUR = 60;

let fleet: Fleet;
beforeEach(async () => {
  fleet = await openFleet();
});
afterEach(() => fleet.close());

interface Printed {
  readonly trace: string;
  readonly minutes: number;
  readonly results: readonly { readonly policy: string; readonly instanceHours: number }[];
  readonly setting: Setting;
  readonly recommended?: Recommended;
}

/** `evenkeel backtest …`, as its user runs it against an account. */
async function backtest(...args: string[]) {
  const command = ['backtest', ...args, '--endpoint-url', fleet.cloud.endpoint, '--region', 'eu-central-1'];
  const env = {
    ...process.env,
    AWS_ACCESS_KEY_ID: ACCOUNT_KEYS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ACCOUNT_KEYS.secretAccessKey,
  };
  const run = promisify(execFile)(join(root, 'tools/cli/bin.mjs'), command, { env, cwd: root });
  const failed = (error: { code?: number; stdout?: string; stderr?: string }) => error;
  const { stdout = '', stderr = '', ...end } = await run.catch(failed);
  return { code: 'code' in end ? end.code : 0, stdout, stderr };
}

/** Requests a second: an instance of the local cloud answers a hundred. */
const wave = (at: number) => 200 + 100 * Math.sin(at / (60 * 60_000));

describe('a backtest of a group in an account', () => {
  it('is of its requests, bounds, type and times, and says what it took for what', async () => {
    await fleet.createGroup({ DesiredCapacity: 5, MinSize: 2, MaxSize: 12 });
    await fleet.pass(10);
    fleet.cloud.traffic.drive(wave, fleet.targetGroupArn);
    await fleet.pass(4 * HOUR);
    await fleet.autoScaling.setDesiredCapacity({ AutoScalingGroupName: GROUP, DesiredCapacity: 4 });
    await fleet.pass(2 * HOUR);
    const { stdout, stderr } = await backtest(
      '--group',
      GROUP,
      '--days',
      '1',
      '--policies',
      'evenkeel,target-tracking',
      '--json',
    );
    const printed = JSON.parse(stdout) as Printed;
    expect(printed.trace).toBe(GROUP);
    // The newest minutes are not to be read yet; basic monitoring has one value for five.
    expect(printed.minutes).toBeGreaterThan(6 * HOUR - 15);
    expect(printed.minutes).toBeLessThanOrEqual(6 * HOUR);
    const { setting } = printed;
    expect(setting).toMatchObject({ min: 2, max: 12, price: 0.0192, boot: 180 });
    expect(setting.capacity).toBeGreaterThan(5000);
    expect(setting.capacity).toBeLessThan(6600);
    // The deregistration delay of a minute, and EC2's own way out.
    expect(setting.drain).toBeGreaterThanOrEqual(60);
    expect(setting.drain).toBeLessThan(150);
    expect(stderr).toMatch(
      /the load is the requests of its target groups; an instance can carry [\d,]+ a minute/,
    );
    expect(stderr).toMatch(/in service after \d+ s, which is when EC2 begins them.*--boot/);
    expect(stderr).toMatch(/a t4g\.small costs \$0\.0192 an hour on demand in eu-central-1/);
    const parsed = parseFleets(parse(printed.recommended?.fragment ?? ''));
    const [found] = 'configuration' in parsed ? parsed.configuration.fleets : [];
    expect(found?.adopt).toEqual({ group: GROUP });
    expect(found?.scaling.signals).toMatchObject([
      { metric: 'alb-requests-per-target', useful: Number((setting.capacity * 0.8).toPrecision(4)) },
    ]);
  });

  it('is of its CPU where no load balancer counts requests, minute by minute with detailed monitoring', async () => {
    await fleet.createGroup({ DesiredCapacity: 4, TargetGroupARNs: [], HealthCheckType: 'EC2' });
    await fleet.pass(5);
    const InstanceIds = (await fleet.instances()).flatMap(({ InstanceId }) => InstanceId ?? []);
    await fleet.ec2.monitorInstances({ InstanceIds });
    fleet.cloud.traffic.drive(() => 200, { group: GROUP });
    await fleet.pass(2 * HOUR);
    const { stdout, stderr } = await backtest(
      '--group',
      GROUP,
      '--days',
      '1',
      '--policies',
      'oracle',
      '--json',
    );
    const { setting, results, minutes } = JSON.parse(stdout) as Printed;
    expect(setting.capacity).toBe(100);
    expect(stderr).toContain('the load is the CPU of all instances together');
    // 200 requests a second use two instances up, and three usefully.
    expect((results[0]?.instanceHours ?? 0) / (minutes / 60)).toBeGreaterThan(2.4);
    expect((results[0]?.instanceHours ?? 0) / (minutes / 60)).toBeLessThan(3.6);
  });

  it('is refused in one line where there is no such group, or nothing is known of its load', async () => {
    const unknown = await backtest('--group', 'nobody');
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(unknown.stderr).toMatch(
      /there is no Auto Scaling group nobody here: look at its name and --region/,
    );
    await fleet.createGroup({ DesiredCapacity: 0, TargetGroupARNs: [] });
    const silent = await backtest('--group', GROUP);
    expect(silent).toMatchObject({ code: 2, stdout: '' });
    expect(silent.stderr).toMatch(/neither requests nor CPU of the group web in these days/);
    const both = await backtest('--group', GROUP, '--load', 'daily');
    expect(both.stderr).toContain('--group and --load are both given');
  });
});
