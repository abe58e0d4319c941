import { beforeAll, describe, expect, it, vi } from 'vitest';
import { ofType, PROFILES, type Resource, type Template } from '../../support/packaged.ts';
import { packagedTemplate } from '../../support/templates.ts';

// Some thirty templates are packaged where none is kept from before.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const WITH_FLEET = PROFILES.filter((profile) => profile !== 'byo');
const WITH_BALANCER = PROFILES.filter((profile) => !['byo', 'hello'].includes(profile));
const CERTIFICATE = 'arn:aws:acm:eu-central-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000';

const packagedAs = async (profile: string, stage = 'dev', params: Readonly<Record<string, string>> = {}) =>
  (await packagedTemplate({ profile, stage, params })).body;

const all = (template: Template, type: string): Resource[] =>
  ofType(template, type).map(([, resource]) => resource);

const only = (template: Template, type: string): Resource => {
  const found = all(template, type);
  expect(found, type).toHaveLength(1);
  return found[0] as Resource;
};

interface IngressRule {
  readonly CidrIp?: string;
  readonly FromPort: number;
  readonly ToPort: number;
}

const refs = (value: unknown) => (value as { Ref: string }[]).map(({ Ref }) => Ref);

describe.each(WITH_FLEET)('profile %s', (profile) => {
  const made: Record<string, Template> = {};
  const template = (stage: string) => made[stage] as Template;

  beforeAll(async () => {
    for (const stage of ['dev', 'prod']) made[stage] = await packagedAs(profile, stage);
  });

  it.each([
    ['dev', 2, 1],
    ['prod', 3, 3],
  ])('stands in stage %s in %i zones with %i ways out', (stage, zones, gateways) => {
    const group = only(template(stage), 'AWS::AutoScaling::AutoScalingGroup');
    expect(refs(group.Properties.VPCZoneIdentifier)).toHaveLength(zones);
    expect(all(template(stage), 'AWS::EC2::NatGateway')).toHaveLength(gateways);
    for (const { Properties } of all(template(stage), 'AWS::ElasticLoadBalancingV2::LoadBalancer'))
      expect(refs(Properties.Subnets)).toHaveLength(zones);
  });

  it('waits for nothing that its template does not have', () => {
    for (const stage of ['dev', 'prod']) {
      const names = Object.keys(template(stage).Resources);
      const awaited = Object.values(template(stage).Resources).flatMap(({ DependsOn = [] }) =>
        [DependsOn].flat(),
      );
      expect(awaited.length).toBeGreaterThan(5);
      expect(awaited.filter((name) => !names.includes(name))).toEqual([]);
    }
  });

  it('gives no subnet public addresses of its own', () => {
    for (const { Properties } of all(template('prod'), 'AWS::EC2::Subnet'))
      expect(Properties.MapPublicIpOnLaunch).toBe(false);
  });

  it('describes each rule of a security group, and closes what it does not name', () => {
    const groups = all(template('prod'), 'AWS::EC2::SecurityGroup');
    const rules = [
      ...groups.flatMap(({ Properties }) =>
        [Properties.SecurityGroupIngress ?? [], Properties.SecurityGroupEgress].flat(),
      ),
      ...['Ingress', 'Egress'].flatMap((way) =>
        all(template('prod'), `AWS::EC2::SecurityGroup${way}`).map(({ Properties }) => Properties),
      ),
    ] as { Description?: string }[];
    expect(rules.length).toBeGreaterThan(3);
    expect(rules.filter(({ Description = '' }) => Description === '')).toEqual([]);
  });

  it('lets the whole internet in at the load balancer alone, at 80 and 443 alone', () => {
    const inline = ofType(template('prod'), 'AWS::EC2::SecurityGroup').flatMap(([name, { Properties }]) =>
      ((Properties.SecurityGroupIngress ?? []) as IngressRule[]).map((rule) => ({ name, ...rule })),
    );
    const apart = ofType(template('prod'), 'AWS::EC2::SecurityGroupIngress').map(
      ([name, { Properties }]) => ({
        name,
        ...(Properties as unknown as IngressRule),
      }),
    );
    const open = [...inline, ...apart].filter(({ CidrIp }) => CidrIp === '0.0.0.0/0');
    for (const { name, FromPort, ToPort } of open) {
      expect(name).toMatch(/^(LoadBalancerSecurityGroup|HttpsFromVisitors)$/);
      expect([80, 443]).toContain(FromPort);
      expect(ToPort).toBe(FromPort);
    }
    expect(open).toHaveLength(profile === 'hello' ? 0 : 1);
  });

  it.each([
    ['dev', 'Delete', 'Delete'],
    ['prod', 'Retain', 'Snapshot'],
  ])('keeps its data as stage %s says', (stage, policy, databasePolicy) => {
    const types = ['S3::Bucket', 'DynamoDB::Table', 'EFS::FileSystem', 'KMS::Key', 'SecretsManager::Secret'];
    const holders = Object.entries(template(stage).Resources).filter(
      ([name, { Type }]) =>
        types.includes(Type.slice('AWS::'.length)) && name !== 'ServerlessDeploymentBucket',
    );
    expect(holders.length).toBeGreaterThan(2);
    for (const [name, { DeletionPolicy, UpdateReplacePolicy }] of holders)
      expect([name, DeletionPolicy, UpdateReplacePolicy]).toEqual([name, policy, policy]);
    for (const { DeletionPolicy, Properties } of all(template(stage), 'AWS::RDS::DBInstance')) {
      expect(DeletionPolicy).toBe(databasePolicy);
      expect(Properties).toMatchObject({ DeletionProtection: stage === 'prod', MultiAZ: stage === 'prod' });
    }
  });

  it('blocks, encrypts and versions every bucket, and lets nothing stay in it for ever', () => {
    const buckets = ofType(template('prod'), 'AWS::S3::Bucket').filter(
      ([name]) => name !== 'ServerlessDeploymentBucket',
    );
    expect(buckets.length).toBeGreaterThan(0);
    for (const [, { Properties }] of buckets) {
      expect(Properties).toMatchObject({
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        VersioningConfiguration: { Status: 'Enabled' },
      });
      expect(Properties.BucketEncryption).toBeDefined();
      expect(Properties.LifecycleConfiguration).toBeDefined();
    }
    const refusals = all(template('prod'), 'AWS::S3::BucketPolicy').filter(({ Properties }) =>
      JSON.stringify(Properties).includes('"aws:SecureTransport"'),
    );
    expect(refusals).toHaveLength(buckets.length + 1);
  });

  it('has UserData that EC2 takes', () => {
    const { LaunchTemplateData } = only(template('prod'), 'AWS::EC2::LaunchTemplate').Properties as {
      LaunchTemplateData: { UserData?: unknown };
    };
    // An attribute is at most as long as an ARN of Secrets Manager, some 100 characters.
    const text = JSON.stringify(LaunchTemplateData.UserData ?? '').replaceAll(
      /\$\{[^}]+\}/g,
      'x'.repeat(100),
    );
    expect(text.length).toBeLessThan(16_384);
  });
});

describe.each(WITH_BALANCER)('%s behind a load balancer', (profile) => {
  // Each template takes seconds to package: what can be chosen at once is.
  const chosen = { certificate: CERTIFICATE, domain: 'www.example.com', waf: 'on' };

  it('speaks TLS of 1.2 at least by its certificate, and sends others there', async () => {
    const template = await packagedAs(profile, 'dev', { certificate: CERTIFICATE });
    const listeners = all(template, 'AWS::ElasticLoadBalancingV2::Listener').map(
      ({ Properties }) => Properties,
    );
    expect(listeners).toMatchObject([
      {
        Protocol: 'HTTPS',
        Port: 443,
        SslPolicy: expect.stringMatching(/^ELBSecurityPolicy-TLS13-1-2-/) as string,
        Certificates: [{ CertificateArn: CERTIFICATE }],
      },
      {
        Protocol: 'HTTP',
        Port: 80,
        DefaultActions: [{ Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443' } }],
      },
    ]);
    expect(template.Outputs.Site?.Value).toEqual({ 'Fn::Sub': 'https://${LoadBalancer.DNSName}' });
  });

  it('is told to visitors by its domain, where it has one', async () => {
    const template = await packagedAs(profile, 'dev', chosen);
    expect(template.Outputs.Site?.Value).toBe('https://www.example.com');
  });

  it('writes access logs, and is protected against deletion where data is kept', async () => {
    for (const [stage, isProtected] of [
      ['dev', 'false'],
      ['prod', 'true'],
    ] as const) {
      const { Properties } = only(
        await packagedAs(profile, stage),
        'AWS::ElasticLoadBalancingV2::LoadBalancer',
      );
      expect(Properties.LoadBalancerAttributes).toEqual(
        expect.arrayContaining([
          { Key: 'access_logs.s3.enabled', Value: 'true' },
          { Key: 'deletion_protection.enabled', Value: isProtected },
        ]),
      );
    }
  });

  it('has a firewall where it is asked for', async () => {
    expect(all(await packagedAs(profile), 'AWS::WAFv2::WebACL')).toEqual([]);
    const template = await packagedAs(profile, 'dev', chosen);
    expect(only(template, 'AWS::WAFv2::WebACLAssociation').Properties.ResourceArn).toEqual({
      Ref: 'LoadBalancer',
    });
  });
});

describe('a network load balancer', () => {
  const params = { 'load-balancer': 'nlb', fleets: 'examples/web/fleets-nlb.yml' };

  it('passes connections on, and lets CPU alone decide', async () => {
    const template = await packagedAs('web', 'dev', params);
    expect(only(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer').Properties.Type).toBe('network');
    expect(only(template, 'AWS::ElasticLoadBalancingV2::Listener').Properties).toMatchObject({
      Protocol: 'TCP',
      Port: 80,
    });
    const alarms = ofType(template, 'AWS::CloudWatch::Alarm').map(([name]) => name);
    expect(alarms).toEqual(expect.arrayContaining(['CpuHighAlarm', 'CpuLowAlarm']));
    expect(alarms.filter((name) => name.startsWith('Requests'))).toEqual([]);
  });

  it('ends TLS by its certificate, and is closed at port 80', async () => {
    const template = await packagedAs('web', 'dev', { ...params, certificate: CERTIFICATE });
    expect(only(template, 'AWS::ElasticLoadBalancingV2::Listener').Properties).toMatchObject({
      Protocol: 'TLS',
      Port: 443,
    });
    expect(template.Resources.LoadBalancerSecurityGroup?.Properties.SecurityGroupIngress).toMatchObject([
      { FromPort: 443, ToPort: 443 },
    ]);
  });
});

describe('the group', () => {
  const own = {
    ...{ min: '2', max: '5', desired: '3' },
    ...{ image: 'ami-0123456789abcdef0', 'instance-type': 't3.micro', 'key-pair': 'mine' },
  };
  const group = async (params = {}) =>
    only(await packagedAs('hello', 'dev', params), 'AWS::AutoScaling::AutoScalingGroup').Properties;

  it('has the sizes that params say, and begins with its least', async () => {
    expect(await group({})).toMatchObject({ DesiredCapacity: { Ref: 'AWS::NoValue' } });
    expect(await group(own)).toMatchObject({ MinSize: '2', MaxSize: '5', DesiredCapacity: '3' });
  });

  it('launches the image and type that params say, with a key pair where one is named', async () => {
    const data = async (params: Readonly<Record<string, string>>) =>
      only(await packagedAs('hello', 'dev', params), 'AWS::EC2::LaunchTemplate').Properties
        .LaunchTemplateData;
    expect(await data({})).toMatchObject({
      ImageId: expect.stringMatching(/^\{\{resolve:ssm:\/aws\/service\/.*arm64\}\}$/) as string,
      InstanceType: 't4g.micro',
      KeyName: { Ref: 'AWS::NoValue' },
    });
    expect(await data(own)).toMatchObject({ ImageId: own.image, InstanceType: 't3.micro', KeyName: 'mine' });
  });
});

describe('the database', () => {
  it('has no password in its template, and takes no connection without TLS', async () => {
    const template = await packagedAs('wordpress', 'prod');
    const { Properties } = only(template, 'AWS::RDS::DBInstance');
    expect(Properties).toMatchObject({
      ManageMasterUserPassword: true,
      StorageEncrypted: true,
      PubliclyAccessible: false,
      EnableIAMDatabaseAuthentication: true,
    });
    expect(Properties.MasterUserPassword).toBeUndefined();
    expect(only(template, 'AWS::RDS::DBParameterGroup').Properties.Parameters).toMatchObject({
      require_secure_transport: '1',
    });
  });
});
