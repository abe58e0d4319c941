import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { IAM } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DOCTOR_POLICY } from '../../../tools/cli/doctor/policy.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';
import { group, openWard, tcp, type Ward } from './ward.ts';

const root = resolve(import.meta.dirname, '..', '..', '..');

let ward: Ward;
let keys: Record<string, string>;

/** A user who may do what the doctor's own policy allows, and nothing else. */
async function doctorKeys(): Promise<Record<string, string>> {
  const iam = new IAM({ region: 'eu-central-1', endpoint: ward.cloud.endpoint, credentials: ACCOUNT_KEYS });
  await iam.createUser({ UserName: 'doctor' });
  await iam.putUserPolicy({
    UserName: 'doctor',
    PolicyName: 'doctor',
    PolicyDocument: JSON.stringify(DOCTOR_POLICY),
  });
  const { AccessKey } = await iam.createAccessKey({ UserName: 'doctor' });
  iam.destroy();
  return {
    AWS_ACCESS_KEY_ID: AccessKey?.AccessKeyId ?? '',
    AWS_SECRET_ACCESS_KEY: AccessKey?.SecretAccessKey ?? '',
  };
}

beforeAll(async () => {
  ward = await openWard({ enforceIam: true });
  await ward.start();
  keys = await doctorKeys();
});

afterAll(() => ward.close());

async function doctor(args: readonly string[], env: Record<string, string> = keys) {
  const where = ['--endpoint-url', ward.cloud.endpoint, '--region', 'eu-central-1'];
  const child = spawn(join(root, 'tools/cli/bin.mjs'), ['doctor', ...where, ...args], {
    cwd: join(root, 'tests'),
    env: { PATH: process.env['PATH'], AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nonexistent', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((end) => child.on('exit', end));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { status: await ended, stdout, stderr };
}

describe('evenkeel doctor', () => {
  it('exits 0 where nothing is wrong, with no more leave than its own policy gives', async () => {
    expect(await doctor([])).toEqual({
      status: 0,
      stdout: 'Nothing wrong: load balancer web, group web, 2 of 2 targets healthy.\n',
      stderr: '',
    });
    expect(ward.cloud.iamReport().denied).toEqual([]);
  });

  it('exits 1 with the verdict first, the evidence, and the mend', async () => {
    await ward.ec2.revokeSecurityGroupIngress({
      GroupId: ward.securityGroups.instances,
      IpPermissions: tcp(80, group(ward.securityGroups.balancer)),
    });
    await ward.pass(5);
    const { status, stdout, stderr } = await doctor(['--load-balancer', 'web']);
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(stdout.split('\n').slice(0, 5)).toEqual([
      '1 finding, the most probable cause first (load balancer web, group web, 0 of 2 targets healthy).',
      '',
      '1. The security group of the instances does not admit the load balancer on port 80.',
      '   TARGET_SECURITY_GROUP, target group web',
      '   seen  2 of 2 targets are not healthy: Target.Timeout',
    ]);
    const json = await doctor(['--fleet', 'web', '--json']);
    expect(json.status).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      ok: false,
      looked: { loadBalancers: ['web'], groups: ['web'] },
      findings: [{ code: 'TARGET_SECURITY_GROUP' }],
    });
  });

  it('prints the policy that it needs', async () => {
    const { status, stdout } = await doctor(['--iam-policy'], {});
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual(DOCTOR_POLICY);
  });

  it.each([
    [['--fleet', 'a', '--group', 'b'], /^evenkeel: give one of --fleet, --load-balancer and --group\n$/],
    [['--fleet', 'shop'], /^evenkeel: --fleet shop: no Auto Scaling group has the tag .*; there is web\n$/],
    [['--load-balancer', 'shop'], /^evenkeel: --load-balancer shop: there is no such load balancer/],
    [['--config', '../package.json'], /^evenkeel: .*package\.json/],
  ])('%j exits 2 with a clear line', async (args, message) => {
    const { status, stdout, stderr } = await doctor(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it('says what leave is missing, and how to get it', async () => {
    const iam = new IAM({ region: 'eu-central-1', endpoint: ward.cloud.endpoint, credentials: ACCOUNT_KEYS });
    await iam.createUser({ UserName: 'nobody' });
    const { AccessKey } = await iam.createAccessKey({ UserName: 'nobody' });
    iam.destroy();
    const { status, stderr } = await doctor([], {
      AWS_ACCESS_KEY_ID: AccessKey?.AccessKeyId ?? '',
      AWS_SECRET_ACCESS_KEY: AccessKey?.SecretAccessKey ?? '',
    });
    expect(status).toBe(2);
    expect(stderr).toMatch(/autoscaling:DescribeAutoScalingGroups.*evenkeel doctor --iam-policy/);
  });

  it('says that there are no credentials', async () => {
    const { status, stderr } = await doctor([], {});
    expect(status).toBe(2);
    expect(stderr).toMatch(/^evenkeel: there are no AWS credentials: /);
  });
});
