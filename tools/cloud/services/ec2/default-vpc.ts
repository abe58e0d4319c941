import type { Network } from './network.ts';
import { routeMainTable } from './routes.ts';
import { createSubnet } from './subnets.ts';
import { createVpc } from './vpcs.ts';

/** The VPC that every account begins with: 172.31.0.0/16, a public subnet in each zone, a way to the internet. */
export function createDefaultVpc(network: Network): void {
  const { VpcId } = createVpc(network, { CidrBlock: '172.31.0.0/16' }, true);
  network.kernel.account.zones.forEach((AvailabilityZone, index) => {
    createSubnet(network, { VpcId, CidrBlock: `172.31.${index * 16}.0/20`, AvailabilityZone }, true);
  });
  const { InternetGatewayId } = network.internetGateways.add({
    InternetGatewayId: network.newId('igw'),
    OwnerId: network.kernel.account.id,
    Attachments: [{ VpcId, State: 'attached' }],
  });
  routeMainTable(network, VpcId, InternetGatewayId);
}
