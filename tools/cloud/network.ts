import { AwsError } from './kernel/index.ts';
import type { Ec2Service, Obstacle, Party } from './services/ec2/api.ts';
import type { Applications } from './simulation/applications.ts';
import type { Proxy, ProxyReply } from './wire/proxy.ts';

/** What the network needs to know of the instances in it. */
export interface NetworkParts {
  readonly ec2: Pick<Ec2Service, 'partyIn' | 'party' | 'reachability'>;
  readonly applications: Pick<Applications, 'at'>;
}

/** Where a client stands: the subnets it may come from, and its security groups. */
export interface Standing {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

/**
 * The networks of the cloud, as far as HTTP goes: whoever is in a VPC reaches its instances at their private
 * addresses, where security groups let them. A way that is closed answers nothing, a port where nobody listens
 * refuses. The internet beyond is not there.
 */
export function createNetwork({ ec2, applications }: NetworkParts): Proxy {
  return {
    connect: (network, host, port) => {
      const application = applications.at(host);
      const target = application === undefined ? undefined : ec2.party(application.instance.id);
      const clients = clientsAt(ec2, network);
      if (application === undefined || target === undefined) return 'EHOSTUNREACH';
      const obstacle = nearest(clients.map((client) => ec2.reachability.between(client, target, port)));
      if (obstacle === 'other-network') return 'EHOSTUNREACH';
      if (obstacle !== undefined) return 'ETIMEDOUT';
      const { kind } = application.get('/', port);
      if (kind === 'silent') return 'ETIMEDOUT';
      return kind === 'refused' ? 'ECONNREFUSED' : undefined;
    },
    request: ({ url }) => replyOf(applications, url),
  };
}

/** A client that may come from several subnets comes from the one that serves it best. */
function nearest(obstacles: readonly (Obstacle | undefined)[]): Obstacle | undefined {
  if (obstacles.length === 0) return 'other-network';
  return obstacles.includes(undefined) ? undefined : obstacles[0];
}

/** Real milliseconds that a real application has to answer. */
const PATIENCE_MS = 5000;

async function replyOf(applications: Pick<Applications, 'at'>, url: URL): Promise<ProxyReply> {
  const application = applications.at(url.hostname);
  const isReal = application?.server !== undefined && application.listensOn(portOf(url));
  const answer = isReal
    ? await application.server?.ask(url.pathname + url.search, PATIENCE_MS)
    : application?.get(url.pathname, portOf(url));
  if (answer?.kind !== 'answered') return { status: 502, headers: {}, body: '' };
  const headers = { 'content-type': 'text/plain', 'content-length': String(Buffer.byteLength(answer.body)) };
  return { status: answer.status, headers, body: answer.body };
}

function portOf(url: URL): number {
  return url.port === '' ? 80 : Number(url.port);
}

/**
 * The proxy for someone in a VPC, who is known to it by subnets and security groups; `none` for someone outside of
 * any.
 *
 * @param endpoint of the cloud
 */
export function proxyUrl(endpoint: string, vpc: Standing | undefined): string {
  const network = vpc === undefined ? 'none' : [...vpc.subnetIds, ...vpc.securityGroupIds].join('.');
  return endpoint.replace('http://', `http://${network}:proxy@`);
}

/** Who a user name of {@link proxyUrl} stands for, once for each of the subnets. */
function clientsAt(ec2: Pick<Ec2Service, 'partyIn'>, network: string): Party[] {
  const ids = network.split('.');
  const groupIds = ids.filter((id) => id.startsWith('sg-'));
  return ids
    .filter((id) => id.startsWith('subnet-'))
    .flatMap((subnetId) => {
      try {
        return [ec2.partyIn(subnetId, groupIds)];
      } catch (error) {
        // The function still runs, its subnet or one of its groups is gone.
        if (error instanceof AwsError) return [];
        throw error;
      }
    });
}
