import type { Namespace as Shown, Tag } from '@aws-sdk/client-servicediscovery';
import type { Instant, Kernel } from '../../kernel/index.ts';
import { arn, AwsError } from '../../kernel/index.ts';
import { inUse, notFound } from './errors.ts';
import type { Works } from './operations.ts';

/** Names under which services are found: by API, or also by DNS in a VPC. */
export interface Namespace {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly type: 'HTTP' | 'DNS_PRIVATE';
  readonly description: string | undefined;
  readonly creatorRequestId: string;
  readonly createdAt: Instant;
  /** Of a private one. */
  readonly hostedZoneId: string | undefined;
  isThere: boolean;
  tags: Tag[];
}

interface Wanted {
  readonly Name?: string | undefined;
  readonly Description?: string | undefined;
  readonly CreatorRequestId?: string | undefined;
  readonly Tags?: Tag[] | undefined;
}

/** A hosted zone takes its time. */
const TAKES = { HTTP: 2_000, DNS_PRIVATE: 25_000 } as const;

export class Namespaces {
  readonly #kernel: Kernel;
  readonly #works: Works;
  readonly #byId = new Map<string, Namespace>();

  constructor(kernel: Kernel, works: Works) {
    this.#kernel = kernel;
    this.#works = works;
  }

  all(): Namespace[] {
    return [...this.#byId.values()].filter(({ isThere }) => isThere);
  }

  /** By id or ARN. @throws AwsError NamespaceNotFound */
  get(reference = ''): Namespace {
    const id = reference.replace(/^arn:.*namespace\//, '');
    const found = this.#byId.get(id);
    if (found?.isThere === true) return found;
    throw notFound('Namespace', id);
  }

  /** @throws AwsError NamespaceNotFound */
  named(name = ''): Namespace {
    const found = this.all().find((one) => one.name === name);
    if (found !== undefined) return found;
    throw notFound('Namespace', name);
  }

  /** @returns the operation's id. @throws AwsError NamespaceAlreadyExists */
  create(type: Namespace['type'], wanted: Wanted): string {
    const { account, clock, ids } = this.#kernel;
    const { Name: name = '', CreatorRequestId: creatorRequestId = ids.uuid() } = wanted;
    const twin = [...this.#byId.values()].find((one) => one.name === name && one.type === type);
    if (twin !== undefined) {
      throw new AwsError('NamespaceAlreadyExists', `Namespace with name '${name}' already exists.`, {
        fields: { NamespaceId: twin.id, CreatorRequestId: twin.creatorRequestId },
      });
    }
    const id = `ns-${ids.hex(16)}`;
    const made: Namespace = {
      ...{ id, name, type, creatorRequestId },
      arn: arn(account, 'servicediscovery', `namespace/${id}`),
      description: wanted.Description,
      createdAt: clock.now(),
      hostedZoneId: type === 'HTTP' ? undefined : `Z${ids.alphanumeric(20)}`,
      isThere: false,
      tags: wanted.Tags ?? [],
    };
    this.#byId.set(id, made);
    return this.#works.begin('CREATE_NAMESPACE', { NAMESPACE: id }, TAKES[type], () => (made.isThere = true));
  }

  /** @returns the operation's id. @throws AwsError ResourceInUse */
  delete(namespace: Namespace, services: number): string {
    if (services > 0)
      throw inUse(`Namespace ${namespace.id} has ${services} services: delete them before it.`);
    const { id, type } = namespace;
    return this.#works.begin('DELETE_NAMESPACE', { NAMESPACE: id }, TAKES[type], () => this.#byId.delete(id));
  }

  shown(namespace: Namespace, ServiceCount: number): Shown {
    const { id, name, type, description, hostedZoneId } = namespace;
    return {
      ...{ Id: id, Arn: namespace.arn, Name: name, Type: type, ServiceCount },
      ...(description === undefined ? {} : { Description: description }),
      CreatorRequestId: namespace.creatorRequestId,
      CreateDate: new Date(namespace.createdAt),
      Properties: {
        HttpProperties: { HttpName: name },
        ...(hostedZoneId === undefined
          ? {}
          : { DnsProperties: { HostedZoneId: hostedZoneId, SOA: { TTL: 15 } } }),
      },
    };
  }
}
