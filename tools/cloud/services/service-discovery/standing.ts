import type { ServiceDiscovery } from '@aws-sdk/client-servicediscovery';
import type { StandingOf } from '../../kernel/index.ts';

/** What comes of each operation that Cloud Map has here. */
export const standing = {
  CreateHttpNamespace: 'real',
  CreatePrivateDnsNamespace: 'real',
  CreateService: 'real',
  DeleteNamespace: 'real',
  DeleteService: 'real',
  DeregisterInstance: 'real',
  DiscoverInstances: 'real',
  GetInstance: 'real',
  GetInstancesHealthStatus: 'real',
  GetNamespace: 'real',
  GetOperation: 'real',
  GetService: 'real',
  ListInstances: 'real',
  ListNamespaces: 'real',
  ListServices: 'real',
  ListTagsForResource: 'real',
  RegisterInstance: 'real',
  TagResource: 'real',
  UntagResource: 'real',
  UpdateInstanceCustomHealthStatus: 'real',
} satisfies StandingOf<ServiceDiscovery>;
