import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CLIENT_OPTIONS } from './clients.ts';
import { isGone } from './errors.ts';

const MOST_REMEMBERED = 100;

/**
 * The private addresses of an instance, that of its first interface first; none when it is gone. An instance keeps
 * them for life, so they are asked for once. Old ones are forgotten: an environment may live for hours.
 */
export function instanceAddresses(
  client = new EC2Client(CLIENT_OPTIONS),
): (instance: string) => Promise<readonly string[]> {
  const remembered = new Map<string, readonly string[]>();
  return async (instance) => {
    const known = remembered.get(instance);
    if (known !== undefined) return known;
    const addresses = await addressesOf(client, instance);
    if (addresses.length > 0) remembered.set(instance, addresses);
    const [oldest] = remembered.keys();
    if (remembered.size > MOST_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
    return addresses;
  };
}

async function addressesOf(client: EC2Client, instance: string): Promise<readonly string[]> {
  try {
    const { Reservations } = await client.send(new DescribeInstancesCommand({ InstanceIds: [instance] }));
    const found = Reservations?.[0]?.Instances?.[0];
    const more = (found?.NetworkInterfaces ?? []).flatMap(({ PrivateIpAddresses = [] }) =>
      PrivateIpAddresses.map(({ PrivateIpAddress }) => PrivateIpAddress),
    );
    const all = [found?.PrivateIpAddress, ...more];
    return [...new Set(all.filter((address) => address !== undefined))];
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}
