import type { Images } from './images.ts';
import type { Instances } from './instances.ts';
import type { LaunchTemplates } from './launch-templates.ts';
import type { Network } from './network.ts';
import type { Storage } from './storage.ts';
import { resourceType } from './tags.ts';

/** Where EC2's resources of every type are kept. */
export interface Resources {
  readonly network: Network;
  readonly images: Images;
  readonly storage: Storage;
  readonly instances: Instances;
  readonly templates: LaunchTemplates;
}

/** Finds a resource of any type by its id. The returned function throws the resource's not-found error. */
export function requireResource({ network, images, storage, instances, templates }: Resources) {
  const finders: Readonly<Record<string, (id: string) => unknown>> = {
    'elastic-ip': (id) => network.addresses.get(id),
    image: (id) => images.collection.get(id),
    instance: (id) => instances.get(id),
    'internet-gateway': (id) => network.internetGateways.get(id),
    'key-pair': (id) => network.keyPairs.get(id),
    'launch-template': (id) => templates.get({ id }),
    natgateway: (id) => network.natGateways.get(id),
    'network-interface': (id) => network.interfaces.get(id),
    'route-table': (id) => network.routeTables.get(id),
    'security-group': (id) => network.securityGroups.get(id),
    'security-group-rule': (id) => network.securityGroupRules.get(id),
    snapshot: (id) => storage.snapshots.get(id),
    subnet: (id) => network.subnets.get(id),
    volume: (id) => storage.volumes.get(id),
    vpc: (id) => network.vpcs.get(id),
    'vpc-endpoint': (id) => network.endpoints.get(id),
    'vpc-flow-log': (id) => network.flowLogs.get(id),
  };
  return (id: string): void => {
    finders[resourceType(id)]?.(id);
  };
}
