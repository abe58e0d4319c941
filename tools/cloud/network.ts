import type { Ec2Service } from './services/ec2/api.ts';
import type { Applications } from './simulation/applications.ts';
import type { Proxy, ProxyReply } from './wire/proxy.ts';

/** What the network needs to know of the instances in it. */
export interface NetworkParts {
  readonly ec2: Pick<Ec2Service, 'subnet'>;
  readonly applications: Pick<Applications, 'at'>;
}

/**
 * The networks of the cloud, as far as HTTP goes: whoever is in a VPC reaches its instances at their private
 * addresses. Applications listen on every port, as the load balancers' health checks take them to; security groups
 * are not enforced. The internet beyond is not there.
 */
export function createNetwork({ applications }: Pick<NetworkParts, 'applications'>): Proxy {
  return {
    connect: (network, host) => {
      const application = applications.at(host);
      if (application === undefined || application.instance.vpcId !== network) return 'EHOSTUNREACH';
      const { kind } = application.get('/');
      if (kind === 'silent') return 'ETIMEDOUT';
      return kind === 'refused' ? 'ECONNREFUSED' : undefined;
    },
    request: ({ url }) => replyOf(applications, url),
  };
}

function replyOf(applications: Pick<Applications, 'at'>, url: URL): ProxyReply {
  const answer = applications.at(url.hostname)?.get(url.pathname);
  if (answer?.kind !== 'answered') return { status: 502, headers: {}, body: '' };
  const headers = { 'content-type': 'text/plain', 'content-length': String(Buffer.byteLength(answer.body)) };
  return { status: answer.status, headers, body: answer.body };
}

/**
 * The proxy for someone in a VPC, who is known to it by the network's id; `none` for someone outside of any.
 *
 * @param endpoint of the cloud
 */
export function proxyUrl(
  endpoint: string,
  { ec2 }: Pick<NetworkParts, 'ec2'>,
  vpc: { readonly subnetIds: readonly string[] } | undefined,
): string {
  const [subnetId] = vpc?.subnetIds ?? [];
  const network = subnetId === undefined ? 'none' : ec2.subnet(subnetId).vpcId;
  return endpoint.replace('http://', `http://${network}:proxy@`);
}
