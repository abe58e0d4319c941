import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DependsOn?: string | string[];
}

interface Statement {
  readonly Sid?: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
}

const root = resolve(import.meta.dirname, '..', '..', '..');
const templates: Record<string, Record<string, Resource>> = {};
let folder: string;

/** Packages a profile as `sls deploy` would, and reads the template that CloudFormation would be given. */
async function templateOf(profile: string): Promise<Record<string, Resource>> {
  const output = join(folder, profile);
  const sls = join(root, 'node_modules/serverless/bin/serverless.js');
  await promisify(execFile)(
    process.execPath,
    [sls, 'package', '--param', `profile=${profile}`, '--package', output],
    {
      cwd: root,
      env: { ...process.env, SLS_TELEMETRY_DISABLED: '1', SLS_NOTIFICATIONS_MODE: 'off' },
    },
  );
  const text = await readFile(join(output, 'cloudformation-template-update-stack.json'), 'utf8');
  return (JSON.parse(text) as { Resources: Record<string, Resource> }).Resources;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evenkeel-template-'));
  for (const profile of ['web', 'byo']) templates[profile] = await templateOf(profile);
});

afterAll(() => rm(folder, { recursive: true }));

const ofType = (profile: string, type: string) =>
  Object.entries(templates[profile] ?? {}).filter(([, resource]) => resource.Type === type);

const statementsOf = (resource: Resource): Statement[] =>
  ((resource.Properties.Policies ?? []) as { PolicyDocument: { Statement: Statement[] } }[]).flatMap(
    ({ PolicyDocument }) => PolicyDocument.Statement,
  );

const list = <Item>(value: Item | Item[] | undefined): Item[] =>
  value === undefined ? [] : ([value].flat() as Item[]);

describe.each(['web', 'byo'])('profile %s', (profile) => {
  it('has the seven functions, each with a role of its own', () => {
    const roles = ofType(profile, 'AWS::Lambda::Function').map(([, { Properties }]) =>
      JSON.stringify(Properties.Role),
    );
    expect(roles).toHaveLength(7);
    expect(new Set(roles).size).toBe(7);
  });

  it('allows no action by a wildcard', () => {
    const actions = ofType(profile, 'AWS::IAM::Role').flatMap(([, role]) =>
      statementsOf(role).flatMap(({ Action }) => list(Action)),
    );
    expect(actions.length).toBeGreaterThan(20);
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  });

  it('lets every resource be meant only where AWS knows no narrower one, or a condition narrows it', () => {
    const open = ofType(profile, 'AWS::IAM::Role').flatMap(([name, role]) =>
      statementsOf(role)
        .filter((statement) => list(statement.Resource).includes('*') && !('Condition' in statement))
        .flatMap(({ Action }) => list(Action))
        .filter((action) => !/:(Describe|Get|List)/.test(action))
        .map((action) => `${name} ${action}`),
    );
    // Lambda makes network interfaces before they have names.
    expect(
      open.filter((grant) => !/^AdmitRole ec2:.*(NetworkInterface|PrivateIpAddresses)$/.test(grant)),
    ).toEqual([]);
  });

  it('gives every rule’s target a dead-letter queue', () => {
    const targets = ofType(profile, 'AWS::Events::Rule').flatMap(
      ([, { Properties }]) => Properties.Targets as { DeadLetterConfig?: unknown }[],
    );
    expect(targets.length).toBeGreaterThan(4);
    for (const target of targets) expect(target.DeadLetterConfig).toBeDefined();
  });

  it('keeps secrets out of the environment', () => {
    for (const [, { Properties }] of ofType(profile, 'AWS::Lambda::Function')) {
      const { Variables } = Properties.Environment as { Variables: Record<string, unknown> };
      expect(Object.keys(Variables).filter((name) => /secret|token|password|webhook/i.test(name))).toEqual(
        [],
      );
    }
  });
});

describe('profile web', () => {
  it('launches no instance before what answers its hooks stands', () => {
    const [group] = ofType('web', 'AWS::AutoScaling::AutoScalingGroup');
    expect(list(group?.[1].DependsOn)).toEqual(
      expect.arrayContaining([
        'LaunchingRule',
        'LaunchingRulePermission',
        'TerminatingRule',
        'TerminatingRulePermission',
      ]),
    );
    expect(group?.[1].Properties.LifecycleHookSpecificationList).toHaveLength(2);
  });

  it('names each alarm after its fleet', () => {
    const names = ofType('web', 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties.AlarmName);
    expect(names).toEqual(
      ['requests-high', 'requests-low', 'cpu-high'].map((name) => `evenkeel/dev/web/${name}`),
    );
  });

  it('gives instances no public address, and tokens to speak to their metadata', () => {
    const [template] = ofType('web', 'AWS::EC2::LaunchTemplate');
    const data = template?.[1].Properties.LaunchTemplateData as {
      MetadataOptions: unknown;
      NetworkInterfaces: { AssociatePublicIpAddress: boolean }[];
      BlockDeviceMappings: { Ebs: { Encrypted: boolean } }[];
    };
    expect(data.MetadataOptions).toMatchObject({ HttpTokens: 'required', HttpPutResponseHopLimit: 1 });
    expect(data.NetworkInterfaces.map((one) => one.AssociatePublicIpAddress)).toEqual([false]);
    expect(data.BlockDeviceMappings.map(({ Ebs }) => Ebs.Encrypted)).toEqual([true]);
  });
});

describe('profile byo', () => {
  it('brings no network, no instances and no load balancer', () => {
    const types = Object.values(templates.byo ?? {}).map(({ Type }) => Type);
    expect(types.filter((type) => /::(EC2|AutoScaling|ElasticLoadBalancingV2)::/.test(type))).toEqual([]);
  });
});
