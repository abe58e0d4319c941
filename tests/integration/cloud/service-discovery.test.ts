import { EC2 } from '@aws-sdk/client-ec2';
import { ServiceDiscovery } from '@aws-sdk/client-servicediscovery';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Cloud } from '../../../tools/cloud/cloud.ts';
import { startCloud } from '../../../tools/cloud/cloud.ts';
import { ACCOUNT_KEYS } from '../../../tools/cloud/kernel/index.ts';

const SECOND = 1_000;

let cloud: Cloud;
let map: ServiceDiscovery;

beforeEach(async () => {
  cloud = await startCloud();
  map = new ServiceDiscovery({
    region: 'eu-central-1',
    endpoint: cloud.endpoint,
    credentials: ACCOUNT_KEYS,
    maxAttempts: 1,
    // The host of DiscoverInstances begins with `data-`, which an address has no place for.
    disableHostPrefix: true,
  });
});

afterEach(async () => {
  map.destroy();
  await cloud.close();
});

const pass = (seconds: number) => cloud.clock.runUntil(cloud.clock.now() + seconds * SECOND);
const statusOf = async (OperationId: string | undefined) =>
  (await map.getOperation({ OperationId })).Operation?.Status;

async function httpNamespace(): Promise<string> {
  await map.createHttpNamespace({ Name: 'shop' });
  await pass(5);
  return (await map.listNamespaces({})).Namespaces?.[0]?.Id ?? '';
}

async function service(settings: object = {}, namespace = httpNamespace()): Promise<string> {
  const { Service } = await map.createService({
    Name: 'web',
    NamespaceId: await namespace,
    ...settings,
  });
  return Service?.Id ?? '';
}

async function privateNamespace(): Promise<string> {
  await map.createPrivateDnsNamespace({ Name: 'shop.internal', Vpc: 'vpc-0123456789abcdef0' });
  await pass(60);
  return (await map.listNamespaces({})).Namespaces?.[0]?.Id ?? '';
}

const registered = async (ServiceId: string) =>
  (await map.listInstances({ ServiceId })).Instances?.map(({ Id }) => Id);

describe('a namespace', () => {
  it('is there when its operation has ended', async () => {
    const { OperationId } = await map.createHttpNamespace({ Name: 'shop' });
    expect(await statusOf(OperationId)).toBe('SUBMITTED');
    expect((await map.listNamespaces({})).Namespaces).toEqual([]);
    await pass(5);
    expect(await statusOf(OperationId)).toBe('SUCCESS');
    expect((await map.listNamespaces({})).Namespaces).toMatchObject([{ Name: 'shop', Type: 'HTTP' }]);
    await expect(map.createHttpNamespace({ Name: 'shop' })).rejects.toMatchObject({
      name: 'NamespaceAlreadyExists',
    });
  });

  it('goes when it has no services any more, and those when they have no instances', async () => {
    const ServiceId = await service();
    const Id = (await map.listNamespaces({})).Namespaces?.[0]?.Id;
    await map.registerInstance({ ServiceId, InstanceId: 'a', Attributes: {} });
    await pass(5);
    await expect(map.deleteNamespace({ Id })).rejects.toMatchObject({ name: 'ResourceInUse' });
    await expect(map.deleteService({ Id: ServiceId })).rejects.toMatchObject({ name: 'ResourceInUse' });
    await map.deregisterInstance({ ServiceId, InstanceId: 'a' });
    await pass(5);
    await map.deleteService({ Id: ServiceId });
    await map.deleteNamespace({ Id });
    await pass(5);
    expect((await map.listNamespaces({})).Namespaces).toEqual([]);
  });
});

describe('an instance', () => {
  it('is found once it is registered, until it is deregistered', async () => {
    const ServiceId = await service();
    const discover = async () =>
      (await map.discoverInstances({ NamespaceName: 'shop', ServiceName: 'web' })).Instances;
    await map.registerInstance({
      ServiceId,
      InstanceId: 'i-1',
      Attributes: { AWS_INSTANCE_IPV4: '10.0.0.1' },
    });
    expect(await discover()).toEqual([]);
    await pass(5);
    expect(await discover()).toMatchObject([
      { InstanceId: 'i-1', HealthStatus: 'UNKNOWN', Attributes: { AWS_INSTANCE_IPV4: '10.0.0.1' } },
    ]);
    const { OperationId } = await map.deregisterInstance({ ServiceId, InstanceId: 'i-1' });
    expect(await discover()).toHaveLength(1);
    await pass(5);
    expect(await discover()).toEqual([]);
    expect((await map.getOperation({ OperationId })).Operation).toMatchObject({
      Type: 'DEREGISTER_INSTANCE',
      Status: 'SUCCESS',
      Targets: { INSTANCE: 'i-1', SERVICE: ServiceId },
    });
  });

  it('is changed by one operation at a time', async () => {
    const ServiceId = await service();
    const { OperationId } = await map.registerInstance({ ServiceId, InstanceId: 'i-1', Attributes: {} });
    await expect(
      map.registerInstance({ ServiceId, InstanceId: 'i-1', Attributes: {} }),
    ).rejects.toMatchObject({ name: 'DuplicateRequest', DuplicateOperationId: OperationId });
    await pass(5);
    await map.registerInstance({ ServiceId, InstanceId: 'i-1', Attributes: { version: '2' } });
    await pass(5);
    expect((await map.getInstance({ ServiceId, InstanceId: 'i-1' })).Instance?.Attributes).toEqual({
      version: '2',
    });
  });

  it('that is not registered cannot be deregistered, nor from a service that is not there', async () => {
    const ServiceId = await service();
    await expect(map.deregisterInstance({ ServiceId, InstanceId: 'i-1' })).rejects.toMatchObject({
      name: 'InstanceNotFound',
    });
    await expect(
      map.deregisterInstance({ ServiceId: 'srv-0123456789abcdef', InstanceId: 'i-1' }),
    ).rejects.toMatchObject({ name: 'ServiceNotFound' });
  });

  it('of EC2 has its private address filled in, in HTTP namespaces only', async () => {
    const ec2 = new EC2({ region: 'eu-central-1', endpoint: cloud.endpoint, credentials: ACCOUNT_KEYS });
    const ImageId = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64';
    const { Instances: [instance] = [] } = await ec2.runInstances({
      ...{ ImageId, InstanceType: 't4g.small', MinCount: 1, MaxCount: 1 },
    });
    ec2.destroy();
    const InstanceId = instance?.InstanceId ?? '';
    const ServiceId = await service();
    const Attributes = { AWS_EC2_INSTANCE_ID: InstanceId };
    await map.registerInstance({ ServiceId, InstanceId, Attributes });
    await pass(5);
    expect((await map.getInstance({ ServiceId, InstanceId })).Instance?.Attributes).toEqual({
      ...Attributes,
      AWS_INSTANCE_IPV4: instance?.PrivateIpAddress,
    });
    await expect(
      map.registerInstance({ ServiceId, InstanceId: 'x', Attributes: { AWS_EC2_INSTANCE_ID: 'i-x' } }),
    ).rejects.toMatchObject({ name: 'InvalidInput' });
  });

  it('of a service with records has to have what they say', async () => {
    const DnsConfig = { DnsRecords: [{ Type: 'SRV', TTL: 15 }] } as const;
    const ServiceId = await service({ DnsConfig }, privateNamespace());
    const InstanceId = 'i-1';
    for (const Attributes of [{}, { AWS_INSTANCE_IPV4: '10.0.0.1' }])
      await expect(map.registerInstance({ ServiceId, InstanceId, Attributes })).rejects.toMatchObject({
        name: 'InvalidInput',
      });
    const Attributes = { AWS_INSTANCE_IPV4: '10.0.0.1', AWS_INSTANCE_PORT: '80' };
    await map.registerInstance({ ServiceId, InstanceId, Attributes });
    await pass(5);
    expect(await registered(ServiceId)).toEqual([]);
    await pass(15);
    expect(await registered(ServiceId)).toEqual([InstanceId]);
  });
});

describe('the health of instances', () => {
  it('is what their registrant says, and those that are well are found before others', async () => {
    const ServiceId = await service({ HealthCheckCustomConfig: {} });
    for (const InstanceId of ['a', 'b'])
      await map.registerInstance({ ServiceId, InstanceId, Attributes: {} });
    await pass(5);
    const found = async () =>
      (await map.discoverInstances({ NamespaceName: 'shop', ServiceName: 'web' })).Instances?.map(
        ({ InstanceId }) => InstanceId,
      );
    expect(await found()).toEqual(['a', 'b']);
    await map.updateInstanceCustomHealthStatus({ ServiceId, InstanceId: 'a', Status: 'UNHEALTHY' });
    expect((await map.getInstancesHealthStatus({ ServiceId })).Status).toEqual({
      a: 'UNHEALTHY',
      b: 'HEALTHY',
    });
    expect(await found()).toEqual(['b']);
    await map.updateInstanceCustomHealthStatus({ ServiceId, InstanceId: 'b', Status: 'UNHEALTHY' });
    expect(await found()).toEqual(['a', 'b']);
  });
});
