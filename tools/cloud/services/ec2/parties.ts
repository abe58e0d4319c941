import type { Ec2Service } from './api.ts';
import { formatAddress, parseCidr } from './cidr.ts';
import { groupsOfInterface } from './interfaces.ts';
import type { Instance } from './instance.ts';
import type { Instances } from './instances.ts';
import type { Network } from './network.ts';
import { partyOf, type Reachability } from './reachability/index.ts';

/** AWS keeps the addresses before it for itself. */
const FIRST_FREE_ADDRESS = 4;

export interface PartyParts {
  readonly network: Network;
  readonly instances: Instances;
  readonly reachability: Reachability;
}

/** Who takes part in connections, and what stands between them. */
export function partiesOf({
  network,
  instances,
  reachability,
}: PartyParts): Pick<Ec2Service, 'party' | 'partyIn' | 'reachability' | 'onNetworkChange'> {
  return {
    reachability,
    onNetworkChange: (listener) => network.onChange(listener),
    party: (id) => {
      const instance = instances.find(id);
      if (instance !== undefined)
        return partyOf(instance.facts.networkInterface, hasPublicAddress(network, instance));
      const found = network.interfaces.find(id);
      return found === undefined ? undefined : partyOf(found, isAssociated(network, id));
    },
    partyIn: (subnetId, groupIds) => {
      const { VpcId, CidrBlock } = network.subnets.get(subnetId);
      return {
        vpcId: VpcId,
        subnetId,
        address: formatAddress(parseCidr(CidrBlock).first + FIRST_FREE_ADDRESS),
        groupIds: groupsOfInterface(network, VpcId, groupIds).map(({ GroupId }) => GroupId),
        hasPublicAddress: false,
      };
    },
  };
}

function hasPublicAddress(network: Network, { id, facts }: Instance): boolean {
  if (facts.publicIp !== undefined) return true;
  return isAssociated(network, id) || isAssociated(network, facts.networkInterface.NetworkInterfaceId);
}

/** Whether an elastic address belongs to an instance or an interface. */
function isAssociated(network: Network, id: string): boolean {
  for (const { InstanceId, NetworkInterfaceId } of network.addresses.values())
    if (InstanceId === id || NetworkInterfaceId === id) return true;
  return false;
}
