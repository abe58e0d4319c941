import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { fleetsOf } from '../../../tools/build/fleets.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';
import { alarmsOf } from '../../../tools/cli/adopt/alarms.ts';
import { GROUP, openFleet, type Fleet } from '../cloud/groups-world.ts';

const root = resolve(import.meta.dirname, '..', '..', '..');
const FLEETS = join(root, 'examples/byo/fleets.yml');

let fleet: Fleet;

beforeEach(async () => {
  fleet = await openFleet({ enforceIam: true });
  await fleet.createGroup();
});

afterEach(() => fleet.close());

/** `evenkeel adopt web …`, as its user runs it. */
async function adopt(...args: string[]) {
  const command = ['adopt', GROUP, '--fleet', 'shop', '--fleets', FLEETS, '--stage', 'prod', ...args];
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: fleet.cloud.endpoint,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: ACCOUNT_KEYS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ACCOUNT_KEYS.secretAccessKey,
  };
  const run = promisify(execFile)(join(root, 'tools/cli/bin.mjs'), command, { env, cwd: root });
  const failed = (error: { code?: number; stdout?: string; stderr?: string }) => error;
  const { stdout = '', stderr = '', ...end } = await run.catch(failed);
  return { code: 'code' in end ? end.code : 0, stdout, stderr };
}

async function state() {
  const { LifecycleHooks = [] } = await fleet.autoScaling.describeLifecycleHooks({
    AutoScalingGroupName: GROUP,
  });
  const { MetricAlarms = [] } = await fleet.cloudWatch.describeAlarms({});
  const { AutoScalingGroups: [group] = [] } = await fleet.autoScaling.describeAutoScalingGroups({});
  return {
    hooks: LifecycleHooks.map(
      ({ LifecycleHookName, DefaultResult }) => `${LifecycleHookName}: ${DefaultResult}`,
    ).sort(),
    alarms: MetricAlarms.map(({ AlarmName }) => AlarmName).sort(),
    tags: (group?.Tags ?? []).map(({ Key, Value }) => `${Key}=${Value}`),
  };
}

const ADOPTED = {
  hooks: ['evenkeel-admission: ABANDON', 'evenkeel-drain: CONTINUE'],
  alarms: [
    'evenkeel/prod/shop/cpu-high',
    'evenkeel/prod/shop/requests-high',
    'evenkeel/prod/shop/requests-low',
  ],
  tags: ['evenkeel:fleet=shop'],
};
const UNTOUCHED = { hooks: [], alarms: [], tags: [] };

describe('a group that is adopted', () => {
  it('has hooks, alarms and the tag, however often it is adopted', async () => {
    const { code, stdout } = await adopt();
    expect(code).toBe(0);
    expect(stdout.split('\n').at(-2)).toBe('put  tag evenkeel:fleet=shop');
    await adopt();
    expect(await state()).toEqual(ADOPTED);
  });

  it('gets its tag last: Evenkeel does not begin before all is there', async () => {
    const actions: string[] = [];
    fleet.cloud.kernel.journal.observe((entry) => {
      if (entry.kind === 'api-call') actions.push(entry.action);
    });
    await adopt();
    expect(actions.at(-1)).toBe('autoscaling:CreateOrUpdateTags');
  });

  it('is as it was once it is given back', async () => {
    await adopt();
    const { code, stdout } = await adopt('--undo');
    expect(code).toBe(0);
    expect(stdout.split('\n')[0]).toBe('removed  tag evenkeel:fleet');
    expect(await state()).toEqual(UNTOUCHED);
  });

  it('is told of what it lacks', async () => {
    await fleet.autoScaling.updateAutoScalingGroup({ AutoScalingGroupName: GROUP, HealthCheckType: 'EC2' });
    const { stdout } = await adopt('--json');
    const { warnings } = JSON.parse(stdout) as { warnings: string[] };
    expect(warnings).toEqual([expect.stringContaining('set its health check type to ELB') as string]);
  });
});

describe('a group is left as it is', () => {
  it('in a dry run, which says what would be done', async () => {
    const { code, stdout } = await adopt('--dry-run');
    expect(code).toBe(0);
    expect(stdout).toContain('would put  hook evenkeel-drain');
    expect(await state()).toEqual(UNTOUCHED);
  });

  it("while AWS's own policies steer it, unless they are to be kept", async () => {
    await fleet.autoScaling.putScalingPolicy({
      AutoScalingGroupName: GROUP,
      PolicyName: 'by-hand',
      PolicyType: 'SimpleScaling',
      AdjustmentType: 'ChangeInCapacity',
      ScalingAdjustment: 1,
    });
    const { code, stdout } = await adopt();
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^not adopted {2}the SimpleScaling policy by-hand would steer web as well: delete it/,
    );
    expect(await state()).toEqual(UNTOUCHED);
    expect((await adopt('--keep-policies')).code).toBe(0);
    expect(await state()).toEqual(ADOPTED);
  });

  it('when it belongs to another fleet', async () => {
    const tag = { ResourceId: GROUP, ResourceType: 'auto-scaling-group', PropagateAtLaunch: true };
    await fleet.autoScaling.createOrUpdateTags({ Tags: [{ ...tag, Key: 'evenkeel:fleet', Value: 'other' }] });
    expect((await adopt()).stdout).toMatch(/belongs to fleet other: let it go first/);
    expect(await state()).toMatchObject({ hooks: [], tags: ['evenkeel:fleet=other'] });
  });

  it('when its fleet watches requests and it has no load balancer', async () => {
    await fleet.autoScaling.detachLoadBalancerTargetGroups({
      AutoScalingGroupName: GROUP,
      TargetGroupARNs: [fleet.targetGroupArn],
    });
    expect((await adopt()).stdout).toMatch(
      /watches a load balancer, and web has no target group: attach one/,
    );
  });
});

describe('what cannot be adopted is refused with exit code 2', () => {
  it.each([
    [['--fleet', 'shpo'], /^evenkeel: --fleet shpo is not in .*fleets\.yml: it has shop\n$/],
    [['--fleets', 'none.yml'], /^evenkeel: cannot read none\.yml: there is no such file\n$/],
  ])('%j', async (args, message) => {
    const { code, stderr } = await adopt(...args);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) as string });
  });

  it('a group that is not there', async () => {
    await fleet.autoScaling.deleteAutoScalingGroup({ AutoScalingGroupName: GROUP });
    const { code, stderr } = await adopt();
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'evenkeel: there is no Auto Scaling group web here: look at its name and --region\n',
    });
  });
});

describe("an adopted group's alarms", () => {
  const [byo] = fleetsOf(readFileSync(FLEETS, 'utf8')).fleets;
  const alarms =
    byo === undefined ? [] : alarmsOf(byo, { name: GROUP, targetGroups: ['targetgroup/web/0'] }, 'prod');

  it.each([
    ['cpu-high', 'cpu-high.yml', 'CpuHighAlarm'],
    ['requests-high', 'requests.yml', 'RequestsHighAlarm'],
    ['requests-low', 'requests.yml', 'RequestsLowAlarm'],
  ])('%s judges as that of the base infrastructure', (signal, file, logicalId) => {
    const text = readFileSync(join(root, 'infra/alarms', file), 'utf8');
    const { Resources } = parse(text, { logLevel: 'silent' }) as {
      Resources: Record<string, { Properties: Record<string, unknown> }>;
    };
    const { Properties = {} } = Resources[logicalId] ?? {};
    const ours: Record<string, unknown> = { ...alarms.find(({ AlarmName }) => AlarmName.endsWith(signal)) };
    const how = ['Namespace', 'MetricName', 'Statistic', 'Period', 'EvaluationPeriods', 'DatapointsToAlarm'];
    for (const key of [...how, 'ComparisonOperator', 'TreatMissingData'])
      expect(ours[key], key).toBe(Properties[key]);
    if (typeof Properties.Threshold === 'number') expect(ours.Threshold).toBe(Properties.Threshold);
  });
});
