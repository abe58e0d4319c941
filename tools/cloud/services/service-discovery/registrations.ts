import type {
  DiscoverInstancesRequest,
  HealthStatus,
  ServiceDiscovery,
} from '@aws-sdk/client-servicediscovery';
import type { Kernel, Operations } from '../../kernel/index.ts';
import { AwsError, page } from '../../kernel/index.ts';
import type { Ec2Service } from '../ec2/api.ts';
import { invalidInput, notFound } from './errors.ts';
import type { Namespaces } from './namespaces.ts';
import type { Works } from './operations.ts';
import type { DiscoveredService, DiscoveredServices, Registration } from './services.ts';

interface Ports {
  readonly kernel: Kernel;
  readonly works: Works;
  readonly namespaces: Namespaces;
  readonly services: DiscoveredServices;
  readonly ec2: Pick<Ec2Service, 'instance'>;
}

/** Milliseconds until a change is found: with records in DNS, and without. */
const TAKES = { dns: 12_000, http: 1_500 } as const;

/** The most instances of a service: Cloud Map's quota. */
const MOST = 1000;

const takes = ({ input }: DiscoveredService) => (input.DnsConfig === undefined ? TAKES.http : TAKES.dns);

/** Instances are there once their registration is done, and found until their deregistration is. */
export function registrationOperations(on: Ports) {
  const { services, works, kernel } = on;
  return {
    RegisterInstance: ({ ServiceId, InstanceId = '', Attributes = {}, CreatorRequestId }) => {
      const service = services.get(ServiceId);
      const attributes = attributesOf(service, Attributes, on.ec2);
      if (!service.registrations.has(InstanceId) && service.registrations.size >= MOST)
        throw new AwsError('ResourceLimitExceeded', `Service ${service.id} has ${MOST} instances already.`);
      const registration: Registration = {
        id: InstanceId,
        creatorRequestId: CreatorRequestId ?? kernel.ids.uuid(),
        attributes,
        health: Attributes['AWS_INIT_HEALTH_STATUS'] === 'UNHEALTHY' ? 'UNHEALTHY' : 'HEALTHY',
      };
      const targets = { INSTANCE: InstanceId, SERVICE: service.id };
      const OperationId = works.begin('REGISTER_INSTANCE', targets, takes(service), () => {
        service.registrations.set(InstanceId, registration);
        service.revision++;
      });
      return { OperationId };
    },
    DeregisterInstance: ({ ServiceId, InstanceId = '' }) => {
      const service = services.get(ServiceId);
      registrationOf(service, InstanceId);
      const targets = { INSTANCE: InstanceId, SERVICE: service.id };
      const OperationId = works.begin('DEREGISTER_INSTANCE', targets, takes(service), () => {
        service.registrations.delete(InstanceId);
        service.revision++;
      });
      return { OperationId };
    },
    GetOperation: ({ OperationId }) => ({ Operation: works.shown(OperationId) }),
  } satisfies Operations<ServiceDiscovery>;
}

/** What is known of those that are there. */
export function discoveryOperations(on: Pick<Ports, 'namespaces' | 'services'>) {
  const { services } = on;
  return {
    GetInstance: ({ ServiceId, InstanceId }) => {
      const { id, attributes, creatorRequestId } = registrationOf(services.get(ServiceId), InstanceId);
      return { Instance: { Id: id, Attributes: attributes, CreatorRequestId: creatorRequestId } };
    },
    ListInstances: ({ ServiceId, NextToken, MaxResults = 100 }) => {
      const all = [...services.get(ServiceId).registrations.values()];
      const { items, nextToken } = page(all, NextToken, MaxResults, 'InvalidInput');
      return {
        Instances: items.map(({ id, attributes }) => ({ Id: id, Attributes: attributes })),
        ...(nextToken === undefined ? {} : { NextToken: nextToken }),
      };
    },
    GetInstancesHealthStatus: ({ ServiceId, Instances, NextToken, MaxResults = 100 }) => {
      const service = services.get(ServiceId);
      const asked = Instances?.map((id) => registrationOf(service, id)) ?? [
        ...service.registrations.values(),
      ];
      const { items, nextToken } = page(asked, NextToken, MaxResults, 'InvalidInput');
      return {
        Status: Object.fromEntries(items.map((one) => [one.id, healthOf(service, one)])),
        ...(nextToken === undefined ? {} : { NextToken: nextToken }),
      };
    },
    UpdateInstanceCustomHealthStatus: ({ ServiceId, InstanceId, Status }) => {
      const service = services.get(ServiceId);
      const registration = registrationOf(service, InstanceId);
      if (service.input.HealthCheckCustomConfig === undefined)
        throw new AwsError('CustomHealthNotFound', `Service ${service.id} has no custom health checks.`);
      registration.health = Status === 'UNHEALTHY' ? 'UNHEALTHY' : 'HEALTHY';
      return {};
    },
    DiscoverInstances: (input) => {
      const service = discovered(input, on);
      return {
        Instances: found(service, input).map((one) => ({
          InstanceId: one.id,
          NamespaceName: service.namespace.name,
          ServiceName: service.input.Name,
          HealthStatus: healthOf(service, one),
          Attributes: one.attributes,
        })),
        InstancesRevision: service.revision,
      };
    },
  } satisfies Operations<ServiceDiscovery>;
}

/** @throws AwsError InstanceNotFound */
function registrationOf({ registrations }: DiscoveredService, id = ''): Registration {
  const registration = registrations.get(id);
  if (registration === undefined) throw notFound('Instance', id);
  return registration;
}

/** Of an EC2 instance its private address is filled in. @throws AwsError InvalidInput */
function attributesOf(
  service: DiscoveredService,
  attributes: Readonly<Record<string, string>>,
  ec2: Pick<Ec2Service, 'instance'>,
): Readonly<Record<string, string>> {
  const { AWS_INIT_HEALTH_STATUS: _, ...kept } = attributes;
  const { AWS_EC2_INSTANCE_ID: instanceId, AWS_INSTANCE_IPV4: address, AWS_INSTANCE_PORT: port } = kept;
  const records = (service.input.DnsConfig?.DnsRecords ?? []).map(({ Type }) => Type);
  if (records.length > 0 && address === undefined)
    throw invalidInput('AWS_INSTANCE_IPV4 must be given for a service with A or SRV records.');
  if (records.includes('SRV') && port === undefined)
    throw invalidInput('AWS_INSTANCE_PORT must be given for a service with SRV records.');
  if (instanceId === undefined) return kept;
  if (service.namespace.type !== 'HTTP')
    throw invalidInput('AWS_EC2_INSTANCE_ID is for services in HTTP namespaces only.');
  if (Object.keys(kept).length > 1)
    throw invalidInput('Beside AWS_EC2_INSTANCE_ID only AWS_INIT_HEALTH_STATUS can be given.');
  const instance = ec2.instance(instanceId);
  if (instance === undefined) throw invalidInput(`Instance ${instanceId} does not exist.`);
  return { ...kept, AWS_INSTANCE_IPV4: instance.privateIp };
}

function healthOf({ input }: DiscoveredService, { health }: Registration): HealthStatus {
  return input.HealthCheckCustomConfig === undefined ? 'UNKNOWN' : health;
}

/** @throws AwsError NamespaceNotFound, ServiceNotFound */
function discovered(
  { NamespaceName, ServiceName = '' }: DiscoverInstancesRequest,
  { namespaces, services }: Pick<Ports, 'namespaces' | 'services'>,
): DiscoveredService {
  const namespace = namespaces.named(NamespaceName);
  const service = services.in(namespace).find(({ input }) => input.Name === ServiceName);
  if (service === undefined) throw notFound('Service', ServiceName);
  return service;
}

const MOST_DISCOVERED = 100;

function found(service: DiscoveredService, input: DiscoverInstancesRequest): readonly Registration[] {
  const { QueryParameters = {}, HealthStatus: wanted = 'HEALTHY_OR_ELSE_ALL', MaxResults } = input;
  const matching = [...service.registrations.values()].filter(({ attributes }) =>
    Object.entries(QueryParameters).every(([key, value]) => attributes[key] === value),
  );
  const healthy = matching.filter((one) => healthOf(service, one) !== 'UNHEALTHY');
  const unhealthy = matching.filter((one) => healthOf(service, one) === 'UNHEALTHY');
  const chosen = {
    HEALTHY: healthy,
    UNHEALTHY: unhealthy,
    ALL: matching,
    HEALTHY_OR_ELSE_ALL: healthy.length > 0 ? healthy : matching,
  }[wanted];
  return chosen.slice(0, MaxResults ?? MOST_DISCOVERED);
}
