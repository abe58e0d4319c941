import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import type { Probes } from '../ports/index.ts';
import { CLIENT_OPTIONS } from './clients.ts';
import { isGone } from './errors.ts';

/** An application that needs longer to say that it is ready is not. */
const PATIENCE_MS = 5000;

const MOST_ADDRESSES = 100;

/** HTTP requests to instances at their private addresses, from inside their network. */
export function instanceProbes(
  client = new EC2Client(CLIENT_OPTIONS),
  request: typeof fetch = fetch,
): Probes {
  const addresses = new Map<string, string>();
  return {
    get: async (instance, port, path) => {
      const address = addresses.get(instance) ?? (await privateAddressOf(client, instance));
      if (address === undefined) return { status: 0, detail: `${instance} has no private address` };
      remember(addresses, instance, address);
      const url = `http://${address}:${port}${path}`;
      try {
        const response = await request(url, {
          redirect: 'manual',
          signal: AbortSignal.timeout(PATIENCE_MS),
        });
        await response.body?.cancel();
        return { status: response.status, detail: `${url} answered ${response.status}` };
      } catch (error) {
        return { status: 0, detail: `${url} did not answer: ${reasonOf(error)}` };
      }
    },
  };
}

/** An instance keeps its private address for life. Old ones are forgotten: an environment may live for hours. */
function remember(addresses: Map<string, string>, instance: string, address: string): void {
  addresses.set(instance, address);
  const [oldest] = addresses.keys();
  if (addresses.size > MOST_ADDRESSES && oldest !== undefined) addresses.delete(oldest);
}

/** `fetch` says only that it failed; why stands in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

async function privateAddressOf(client: EC2Client, instance: string): Promise<string | undefined> {
  try {
    const { Reservations } = await client.send(new DescribeInstancesCommand({ InstanceIds: [instance] }));
    return Reservations?.[0]?.Instances?.[0]?.PrivateIpAddress;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}
