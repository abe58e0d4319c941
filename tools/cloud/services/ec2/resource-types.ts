import type { ResourceType } from '@aws-sdk/client-ec2';

/** EC2's resource types by the prefix of their identifiers. */
const RESOURCE_TYPES: Readonly<Record<string, ResourceType>> = {
  acl: 'network-acl',
  ami: 'image',
  eipalloc: 'elastic-ip',
  eni: 'network-interface',
  fl: 'vpc-flow-log',
  i: 'instance',
  igw: 'internet-gateway',
  key: 'key-pair',
  lt: 'launch-template',
  nat: 'natgateway',
  rtb: 'route-table',
  sg: 'security-group',
  sgr: 'security-group-rule',
  snap: 'snapshot',
  subnet: 'subnet',
  vol: 'volume',
  vpc: 'vpc',
  vpce: 'vpc-endpoint',
};

/** `i-0abc` → `instance`; undefined for what is no id of a resource. */
export function resourceTypeOf(id: string): ResourceType | undefined {
  return RESOURCE_TYPES[id.slice(0, id.lastIndexOf('-'))];
}
