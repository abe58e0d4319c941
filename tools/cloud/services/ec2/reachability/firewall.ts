import type { SecurityGroupRuleRecord } from '../network-records.ts';
import { contains, parseCidr, type Block } from '../cidr.ts';
import type { Party } from './party.ts';

/** An address that belongs to nobody's VPC (RFC 5737): it stands for the internet. */
export const SOMEWHERE = parseCidr('203.0.113.1/32');

/** The other end of a connection, as a rule knows it. */
export type Peer = Pick<Party, 'address' | 'groupIds'> | 'internet' | { readonly prefixListId: string };

/** A rule as it is asked about TCP over IPv4; rules about anything else admit nothing here. */
interface Rule {
  readonly fromPort: number;
  readonly toPort: number;
  readonly block: Block | undefined;
  readonly groupId: string | undefined;
  readonly prefixListId: string | undefined;
}

/** The rules of one security group. */
interface Rules {
  readonly ingress: Rule[];
  readonly egress: Rule[];
}

/** Security groups, compiled once until one of their rules changes. They are stateful: replies need no rule. */
export class Firewall {
  readonly #byGroup = new Map<string, Rules>();

  constructor(rules: Iterable<SecurityGroupRuleRecord>) {
    for (const record of rules) {
      const rule = compiled(record);
      if (rule === undefined) continue;
      const group = this.#byGroup.get(record.GroupId) ?? { ingress: [], egress: [] };
      this.#byGroup.set(record.GroupId, group);
      (record.IsEgress ? group.egress : group.ingress).push(rule);
    }
  }

  /** Whether any of the groups lets a connection to a TCP port out; no groups filter nothing. */
  letsOut(groupIds: readonly string[], port: number, to: Peer): boolean {
    return groupIds.length === 0 || this.#admits(groupIds, 'egress', port, to);
  }

  /** Whether any of the groups lets a connection to a TCP port in. */
  letsIn(groupIds: readonly string[], port: number, from: Peer): boolean {
    return groupIds.length === 0 || this.#admits(groupIds, 'ingress', port, from);
  }

  #admits(groupIds: readonly string[], side: keyof Rules, port: number, peer: Peer): boolean {
    return groupIds.some((id) =>
      this.#byGroup
        .get(id)
        ?.[side].some((rule) => rule.fromPort <= port && port <= rule.toPort && names(rule, peer)),
    );
  }
}

function compiled(record: SecurityGroupRuleRecord): Rule | undefined {
  const { IpProtocol: protocol, CidrIpv4, PrefixListId, ReferencedGroupInfo } = record;
  const isAll = protocol === '-1';
  if (!isAll && protocol !== 'tcp' && protocol !== '6') return undefined;
  return {
    fromPort: isAll ? 0 : (record.FromPort ?? 0),
    toPort: isAll ? 65_535 : (record.ToPort ?? 65_535),
    block: CidrIpv4 === undefined ? undefined : parseCidr(CidrIpv4),
    groupId: ReferencedGroupInfo?.GroupId,
    prefixListId: PrefixListId,
  };
}

function names({ block, groupId, prefixListId }: Rule, peer: Peer): boolean {
  if (peer === 'internet') return block !== undefined && contains(block, SOMEWHERE);
  // The addresses of a service are public ones: a rule for everywhere names them too.
  if ('prefixListId' in peer)
    return prefixListId === peer.prefixListId || (block !== undefined && contains(block, SOMEWHERE));
  if (groupId !== undefined) return peer.groupIds.includes(groupId);
  return block !== undefined && contains(block, parseCidr(`${peer.address}/32`));
}
