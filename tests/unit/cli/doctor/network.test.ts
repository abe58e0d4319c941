import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holds } from '../../../../tools/cli/doctor/network/cidr.ts';
import { letsIn, letsOut } from '../../../../tools/cli/doctor/network/security.ts';
import type { Network, Rule } from '../../../../tools/cli/doctor/picture.ts';
import { contains, formatAddress, parseCidr } from '../../../../tools/cloud/services/ec2/cidr.ts';
import { Firewall } from '../../../../tools/cloud/services/ec2/reachability/firewall.ts';

const address = fc.integer({ min: 0, max: 2 ** 32 - 1 }).map(formatAddress);
const cidr = fc.tuple(address, fc.integer({ min: 0, max: 32 })).map(([base, bits]) => `${base}/${bits}`);

describe('a block', () => {
  it('holds what the local cloud’s arithmetic says it holds', () => {
    fc.assert(
      fc.property(cidr, address, (block, one) => {
        expect(holds(block, one)).toBe(contains(parseCidr(block), parseCidr(`${one}/32`)));
      }),
    );
  });

  it.each(['', '10.0.0', '10.0.0.256', '::1'])('holds no %j', (one) => {
    expect(holds('0.0.0.0/0', one)).toBe(false);
  });
});

describe('security groups', () => {
  const groupId = fc.constantFrom('sg-1', 'sg-2', 'sg-3');
  const port = fc.integer({ min: 78, max: 82 });
  const few = fc.constantFrom('10.0.0.1', '10.0.0.200', '10.1.0.1', '203.0.113.9');
  const rule = fc
    .record({
      protocol: fc.constantFrom('tcp', '-1', 'udp'),
      ports: fc.tuple(port, port),
      cidr: fc.option(fc.constantFrom('0.0.0.0/0', '10.0.0.0/24', '10.0.0.0/25', '10.1.0.1/32')),
      groupId,
      isEgress: fc.boolean(),
    })
    .map(({ ports: [a, b], ...rest }) => ({ ...rest, fromPort: Math.min(a, b), toPort: Math.max(a, b) }));
  const groups = fc.uniqueArray(groupId, { minLength: 1 });

  it('are read by the doctor as the local cloud enforces them', () => {
    fc.assert(
      fc.property(fc.array(rule), groups, few, groups, port, (rules, mine, peerAddress, theirs, at) => {
        const firewall = new Firewall(
          rules.map((one, index) => ({
            SecurityGroupRuleId: `sgr-${index}`,
            GroupId: 'sg-1',
            IsEgress: one.isEgress,
            IpProtocol: one.protocol,
            FromPort: one.protocol === '-1' ? -1 : one.fromPort,
            ToPort: one.protocol === '-1' ? -1 : one.toPort,
            ...(one.cidr === null
              ? { ReferencedGroupInfo: { GroupId: one.groupId } }
              : { CidrIpv4: one.cidr }),
          })),
        );
        const side = (isEgress: boolean): Rule[] =>
          rules
            .filter((one) => one.isEgress === isEgress)
            .map(({ protocol, fromPort, toPort, cidr: block, groupId: id }) => ({
              protocol,
              fromPort,
              toPort,
              cidrs: block === null ? [] : [block],
              groupIds: block === null ? [id] : [],
            }));
        const network: Network = {
          securityGroups: new Map([
            ['sg-1', { id: 'sg-1', name: '', ingress: side(false), egress: side(true) }],
          ]),
          subnets: new Map(),
          natGateways: new Map(),
        };
        const peer = { address: peerAddress, securityGroupIds: theirs };
        const enforced = { address: peerAddress, groupIds: theirs };
        expect(letsIn(network, mine, at, peer)).toBe(firewall.letsIn(mine, at, enforced));
        expect(letsOut(network, mine, at, peer)).toBe(firewall.letsOut(mine, at, enforced));
      }),
      { numRuns: 500 },
    );
  });
});
