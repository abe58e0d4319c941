import type { EC2 } from '@aws-sdk/client-ec2';
import type { NeedsOf, Scope } from './need.ts';
import { named, same } from './need.ts';

/** Kinds of resources, by the prefixes of their ids. */
const KINDS: Readonly<Record<string, string>> = {
  acl: 'network-acl',
  ami: 'image',
  eipalloc: 'elastic-ip',
  eni: 'network-interface',
  i: 'instance',
  igw: 'internet-gateway',
  lt: 'launch-template',
  nat: 'natgateway',
  rtb: 'route-table',
  sg: 'security-group',
  snap: 'snapshot',
  subnet: 'subnet',
  vol: 'volume',
  vpc: 'vpc',
  vpce: 'vpc-endpoint',
};

function ofId(scope: Scope, id: string): string {
  const prefix = id.slice(0, id.lastIndexOf('-'));
  const kind = KINDS[prefix] ?? '*';
  // Images and snapshots may belong to others: their ARNs name no account.
  if (kind === 'image' || kind === 'snapshot') return `arn:aws:ec2:${scope.account.region}::${kind}/${id}`;
  return named(scope, 'ec2', `${kind}/${id}`);
}

interface OfInstances {
  readonly InstanceIds?: string[] | undefined;
}

const ofInstances = ({ InstanceIds = [] }: OfInstances, scope: Scope) =>
  InstanceIds.map((id) => ofId(scope, id));

interface OfTemplate {
  readonly LaunchTemplateId?: string | undefined;
  readonly LaunchTemplateName?: string | undefined;
}

const ofTemplate = ({ LaunchTemplateId: id, LaunchTemplateName: name = '' }: OfTemplate, scope: Scope) => [
  named(scope, 'ec2', `launch-template/${id ?? scope.directory.launchTemplateId(name) ?? '*'}`),
];

export const ec2Needs: NeedsOf<EC2> = {
  ...same(ofInstances, 'RebootInstances', 'StartInstances', 'StopInstances', 'TerminateInstances'),
  ...same(
    ofTemplate,
    'CreateLaunchTemplateVersion',
    'DeleteLaunchTemplate',
    'DeleteLaunchTemplateVersions',
    'ModifyLaunchTemplate',
  ),
  CreateLaunchTemplate: (_input, scope) => [named(scope, 'ec2', 'launch-template/*')],
  CreateTags: ({ Resources = [], Tags = [] }, scope) =>
    Resources.map((id) => ({
      resource: ofId(scope, id),
      context: {
        'aws:tagkeys': Tags.map(({ Key = '' }) => Key),
        ...Object.fromEntries(
          Tags.map(({ Key = '', Value = '' }) => [`aws:requesttag/${Key.toLowerCase()}`, [Value]]),
        ),
      },
    })),
  DeleteTags: ({ Resources = [] }, scope) => Resources.map((id) => ofId(scope, id)),
  DeregisterImage: ({ ImageId = '' }, scope) => [ofId(scope, ImageId)],
  CreateNetworkInterface: (_input, scope) => [named(scope, 'ec2', 'network-interface/*')],
  DeleteNetworkInterface: ({ NetworkInterfaceId = '' }, scope) => [ofId(scope, NetworkInterfaceId)],
};
