import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { IAM } from '@aws-sdk/client-iam';
import { ServiceDiscovery, ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { STS } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { cloudMap } from '../../../shared/aws/cloud-map.ts';
import { SECOND } from '../../../shared/domain/index.ts';
import type { CloudMap } from '../../../shared/ports/index.ts';
import type { Cloud } from '../../../tools/cloud/cloud.ts';
import { startCloud } from '../../../tools/cloud/cloud.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';

interface Made {
  readonly Resources: Readonly<Record<string, { readonly Properties: { readonly PolicyDocument: object } }>>;
}

const fromFleets = createRequire(import.meta.url)('../../../infra/from-fleets.cjs') as {
  cloudMap(variables: { resolveVariable(name: string): Promise<string> }): Promise<Made>;
};
const infra = join(import.meta.dirname, '../../../infra');

let cloud: Cloud;
let map: ServiceDiscovery;
let ServiceId: string;
let access: { region: string; endpoint: string; credentials: typeof ACCOUNT_KEYS; maxAttempts: number };

beforeEach(async () => {
  cloud = await startCloud();
  access = {
    region: 'eu-central-1',
    endpoint: cloud.endpoint,
    credentials: ACCOUNT_KEYS,
    maxAttempts: 1,
  };
  map = new ServiceDiscovery(access);
  ServiceId = await service('web');
});

afterEach(async () => {
  map.destroy();
  await cloud.close();
});

const pass = (seconds: number) => cloud.clock.runUntil(cloud.clock.now() + seconds * SECOND);

/** A service with records in a private zone. */
async function service(Name: string): Promise<string> {
  await map.createPrivateDnsNamespace({ Name: `${Name}.internal`, Vpc: 'vpc-0123456789abcdef0' });
  await pass(30);
  const { Namespaces = [] } = await map.listNamespaces({});
  const { Service } = await map.createService({
    Name,
    NamespaceId: Namespaces.at(-1)?.Id,
    DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 15 }] },
  });
  return Service?.Id ?? '';
}

const register = async (id = ServiceId) => {
  await map.registerInstance({
    ...{ ServiceId: id, InstanceId: 'i-1', Attributes: { AWS_INSTANCE_IPV4: '10.0.0.1' } },
  });
  await pass(15);
};

describe('an instance in Cloud Map', () => {
  it('is taken out by an operation that has its time', async () => {
    await register();
    const ours = cloudMap(new ServiceDiscoveryClient(access));
    const operation = (await ours.deregister(ServiceId, 'i-1')) ?? '';
    expect(await ours.deregister(ServiceId, 'i-1')).toBe(operation);
    expect(await ours.isUnderWay(operation)).toBe(true);
    await pass(15);
    expect(await ours.isUnderWay(operation)).toBe(false);
    expect(await ours.deregister(ServiceId, 'i-1')).toBeUndefined();
  });

  it('is nowhere to be taken out of where its service does not exist', async () => {
    const ours = cloudMap(new ServiceDiscoveryClient(access));
    expect(await ours.deregister('srv-0123456789abcdef', 'i-1')).toBeUndefined();
  });
});

/** What the fleets file brings into the template. */
async function policyOf(cloudMapOfFleet: object | undefined): Promise<Made['Resources']> {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-fleets-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'fleets.yml');
  writeFileSync(
    file,
    JSON.stringify({ fleets: { web: { drain: { 'cloud-map': cloudMapOfFleet } }, api: {} } }),
  );
  const path = relative(join(infra, '..'), file);
  return (await fromFleets.cloudMap({ resolveVariable: () => Promise.resolve(path) })).Resources;
}

/** By a role that has the policy, and nothing else. */
async function asDrain(fleet: object): Promise<CloudMap> {
  const { DrainCloudMapPolicy: policy } = await policyOf(fleet);
  const { account } = cloud.kernel;
  const PolicyDocument = JSON.stringify(policy?.Properties.PolicyDocument)
    .replaceAll(/\{"Fn::Sub":("[^"]*")\}/g, '$1')
    .replaceAll('${AWS::Partition}', 'aws')
    .replaceAll('${AWS::Region}', account.region)
    .replaceAll('${AWS::AccountId}', account.id);
  const iam = new IAM(access);
  const trust = { Effect: 'Allow', Principal: { AWS: account.id }, Action: 'sts:AssumeRole' };
  const { Role } = await iam.createRole({
    RoleName: 'drain',
    AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
  });
  await iam.putRolePolicy({ RoleName: 'drain', PolicyName: 'cloud-map', PolicyDocument });
  const sts = new STS(access);
  const { Credentials } = await sts.assumeRole({ RoleArn: Role?.Arn, RoleSessionName: 'drain' });
  iam.destroy();
  sts.destroy();
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
  return cloudMap(new ServiceDiscoveryClient({ ...access, credentials }));
}

async function zone(): Promise<string> {
  const { Namespaces: [first] = [] } = await map.listNamespaces({});
  return first?.Properties?.DnsProperties?.HostedZoneId ?? '';
}

describe('the drain of a fleet that names a service', () => {
  it('may take instances out of that, and of no other', async () => {
    await register();
    const other = await service('other');
    await register(other);
    const drain = await asDrain({ service: ServiceId, 'hosted-zone': await zone() });
    const operation = (await drain.deregister(ServiceId, 'i-1')) ?? '';
    expect(await drain.isUnderWay(operation)).toBe(true);
    await expect(drain.deregister(other, 'i-1')).rejects.toThrow(/not authorized/);
  });

  it('has to be allowed the records of a service that has some', async () => {
    await register();
    const drain = await asDrain({ service: ServiceId });
    await expect(drain.deregister(ServiceId, 'i-1')).rejects.toThrow(/route53:ChangeResourceRecordSets/);
  });

  it('is allowed nothing more where no fleet does', async () => {
    expect(await policyOf(undefined)).toEqual({});
  });
});
