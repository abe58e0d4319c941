import type { CreateServiceRequest, Service as Shown, Tag } from '@aws-sdk/client-servicediscovery';
import type { Instant, Kernel } from '../../kernel/index.ts';
import { arn, AwsError } from '../../kernel/index.ts';
import { inUse, invalidInput, notFound } from './errors.ts';
import type { Namespace } from './namespaces.ts';

/** Where a service's instance is, and how it is. */
export interface Registration {
  readonly id: string;
  readonly creatorRequestId: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** What its registrant says of it, where its service has custom health checks. */
  health: 'HEALTHY' | 'UNHEALTHY';
}

export interface DiscoveredService {
  readonly id: string;
  readonly arn: string;
  readonly namespace: Namespace;
  readonly input: CreateServiceRequest;
  readonly creatorRequestId: string;
  readonly createdAt: Instant;
  readonly registrations: Map<string, Registration>;
  /** Changes of its registrations so far. */
  revision: number;
  tags: Tag[];
}

export class DiscoveredServices {
  readonly #kernel: Kernel;
  readonly #byId = new Map<string, DiscoveredService>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  all(): DiscoveredService[] {
    return [...this.#byId.values()];
  }

  in(namespace: Namespace): DiscoveredService[] {
    return this.all().filter((one) => one.namespace === namespace);
  }

  /** By id or ARN. @throws AwsError ServiceNotFound */
  get(reference = ''): DiscoveredService {
    const id = reference.replace(/^arn:.*service\//, '');
    const found = this.#byId.get(id);
    if (found !== undefined) return found;
    throw notFound('Service', id);
  }

  /** @throws AwsError InvalidInput, ServiceAlreadyExists */
  create(namespace: Namespace, input: CreateServiceRequest): DiscoveredService {
    const { account, clock, ids } = this.#kernel;
    checkDns(namespace, input);
    const twin = this.in(namespace).find((one) => one.input.Name === input.Name);
    if (twin !== undefined) {
      throw new AwsError('ServiceAlreadyExists', `Service with name '${input.Name}' already exists.`, {
        fields: { ServiceId: twin.id, ServiceArn: twin.arn, CreatorRequestId: twin.creatorRequestId },
      });
    }
    const id = `srv-${ids.hex(16)}`;
    const made: DiscoveredService = {
      ...{ id, namespace, input },
      arn: arn(account, 'servicediscovery', `service/${id}`),
      creatorRequestId: input.CreatorRequestId ?? ids.uuid(),
      createdAt: clock.now(),
      registrations: new Map(),
      revision: 1,
      tags: input.Tags ?? [],
    };
    this.#byId.set(id, made);
    return made;
  }

  /** @throws AwsError ResourceInUse */
  delete({ id, registrations }: DiscoveredService): void {
    if (registrations.size > 0) throw inUse(`Service ${id} has registered instances.`);
    this.#byId.delete(id);
  }

  shown(service: DiscoveredService): Shown {
    const { input } = service;
    return {
      ...{ Id: service.id, Arn: service.arn, Name: input.Name, NamespaceId: service.namespace.id },
      Type: typeOf(service),
      ...(input.Description === undefined ? {} : { Description: input.Description }),
      ...(input.DnsConfig === undefined
        ? {}
        : { DnsConfig: { RoutingPolicy: 'MULTIVALUE', ...input.DnsConfig } }),
      ...(input.HealthCheckCustomConfig === undefined
        ? {}
        : { HealthCheckCustomConfig: { FailureThreshold: 1 } }),
      InstanceCount: service.registrations.size,
      CreateDate: new Date(service.createdAt),
      CreatorRequestId: service.creatorRequestId,
    };
  }
}

function typeOf({ input, namespace }: DiscoveredService) {
  if (input.DnsConfig === undefined) return 'HTTP' as const;
  return namespace.type === 'HTTP' ? ('DNS' as const) : ('DNS_HTTP' as const);
}

const RECORDS = new Set<string | undefined>(['A', 'SRV']);

/** @throws AwsError InvalidInput */
function checkDns({ type }: Namespace, { DnsConfig, HealthCheckConfig, Type }: CreateServiceRequest): void {
  if (type === 'HTTP' && DnsConfig !== undefined)
    throw invalidInput('DnsConfig cannot be given for a service in an HTTP namespace.');
  if (type !== 'HTTP' && DnsConfig === undefined && Type !== 'HTTP')
    throw invalidInput('DnsConfig must be given for a service in a DNS namespace, or Type HTTP.');
  if (HealthCheckConfig !== undefined)
    throw invalidInput('HealthCheckConfig cannot be given for a service outside public DNS namespaces.');
  const foreign = DnsConfig?.DnsRecords?.find(({ Type: record }) => !RECORDS.has(record));
  if (foreign !== undefined)
    throw new AwsError('NotImplemented', `The local cloud has no ${foreign.Type} records.`, { status: 501 });
}
