import type { ServiceDiscovery, Tag } from '@aws-sdk/client-servicediscovery';
import type { Kernel, Operations } from '../../kernel/index.ts';
import { AwsError, page } from '../../kernel/index.ts';
import type { Ec2Service } from '../ec2/api.ts';
import { Namespaces } from './namespaces.ts';
import { Works } from './operations.ts';
import { discoveryOperations, registrationOperations } from './registrations.ts';
import { DiscoveredServices } from './services.ts';
import { standing } from './standing.ts';

export type ServiceDiscoveryService = ReturnType<typeof createServiceDiscovery>;

/** AWS Cloud Map: namespaces, their services, and the instances that are registered with these. Nobody asks its DNS. */
export function createServiceDiscovery(
  kernel: Kernel,
  { ec2 }: { readonly ec2: Pick<Ec2Service, 'instance'> },
) {
  const works = new Works(kernel);
  const namespaces = new Namespaces(kernel, works);
  const services = new DiscoveredServices(kernel);
  return {
    client: '@aws-sdk/client-servicediscovery' as const,
    standing,
    operations: {
      ...namespaceOperations(namespaces, services),
      ...serviceOperations(namespaces, services),
      ...registrationOperations({ kernel, works, namespaces, services, ec2 }),
      ...discoveryOperations({ namespaces, services }),
      ...tagOperations(namespaces, services),
    } satisfies Operations<ServiceDiscovery>,
    /** The zone in which a service has records, by its id or ARN. */
    hostedZoneOf: (reference: string) => {
      const service = services.all().find(({ id, arn }) => id === reference || arn === reference);
      return service?.input.DnsConfig && service.namespace.hostedZoneId;
    },
    /** ARN of a namespace. */
    namespaceOf: (of: { readonly name: string } | { readonly operation: string }) => {
      const { NAMESPACE, SERVICE } = 'operation' in of ? works.targetsOf(of.operation) : {};
      const found = namespaces
        .all()
        .find(({ id, name }) => ('name' in of ? name === of.name : id === NAMESPACE));
      return (found ?? services.all().find(({ id }) => id === SERVICE)?.namespace)?.arn;
    },
  };
}

function namespaceOperations(namespaces: Namespaces, services: DiscoveredServices) {
  return {
    CreateHttpNamespace: (input) => ({ OperationId: namespaces.create('HTTP', input) }),
    CreatePrivateDnsNamespace: (input) => ({ OperationId: namespaces.create('DNS_PRIVATE', input) }),
    GetNamespace: ({ Id }) => {
      const namespace = namespaces.get(Id);
      return { Namespace: namespaces.shown(namespace, services.in(namespace).length) };
    },
    ListNamespaces: ({ Filters = [], NextToken, MaxResults = 100 }) => {
      const wanted = namespaces
        .all()
        .filter(({ type, name }) =>
          Filters.every(({ Name, Values = [] }) => Values.includes(Name === 'TYPE' ? type : name)),
        );
      const { items, nextToken } = page(wanted, NextToken, MaxResults, 'InvalidInput');
      return {
        Namespaces: items.map((one) => namespaces.shown(one, services.in(one).length)),
        ...(nextToken === undefined ? {} : { NextToken: nextToken }),
      };
    },
    DeleteNamespace: ({ Id }) => {
      const namespace = namespaces.get(Id);
      return { OperationId: namespaces.delete(namespace, services.in(namespace).length) };
    },
  } satisfies Operations<ServiceDiscovery>;
}

function serviceOperations(namespaces: Namespaces, services: DiscoveredServices) {
  return {
    CreateService: (input) => ({
      Service: services.shown(services.create(namespaces.get(input.NamespaceId), input)),
    }),
    GetService: ({ Id }) => ({ Service: services.shown(services.get(Id)) }),
    ListServices: ({ Filters = [], NextToken, MaxResults = 100 }) => {
      const wanted = services
        .all()
        .filter(({ namespace }) => Filters.every(({ Values = [] }) => Values.includes(namespace.id)));
      const { items, nextToken } = page(wanted, NextToken, MaxResults, 'InvalidInput');
      return {
        Services: items.map((one) => services.shown(one)),
        ...(nextToken === undefined ? {} : { NextToken: nextToken }),
      };
    },
    DeleteService: ({ Id }) => {
      services.delete(services.get(Id));
      return {};
    },
  } satisfies Operations<ServiceDiscovery>;
}

function tagOperations(namespaces: Namespaces, services: DiscoveredServices) {
  /** @throws AwsError ResourceNotFoundException */
  const tagged = (arn = ''): { tags: Tag[] } => {
    const found = [...namespaces.all(), ...services.all()].find((one) => one.arn === arn);
    if (found !== undefined) return found;
    throw new AwsError('ResourceNotFoundException', `Resource ${arn} was not found.`);
  };
  return {
    ListTagsForResource: ({ ResourceARN }) => ({ Tags: tagged(ResourceARN).tags }),
    TagResource: ({ ResourceARN, Tags = [] }) => {
      const resource = tagged(ResourceARN);
      const kept = resource.tags.filter(({ Key }) => !Tags.some((tag) => tag.Key === Key));
      resource.tags = [...kept, ...Tags];
      return {};
    },
    UntagResource: ({ ResourceARN, TagKeys = [] }) => {
      const resource = tagged(ResourceARN);
      resource.tags = resource.tags.filter(({ Key = '' }) => !TagKeys.includes(Key));
      return {};
    },
  } satisfies Operations<ServiceDiscovery>;
}
