import type { ServiceDiscovery } from '@aws-sdk/client-servicediscovery';
import type { Need, NeedsOf, Scope } from './need.ts';
import { keys, named, same } from './need.ts';

const of = (kind: 'namespace' | 'service', scope: Scope, id = '*') =>
  id.startsWith('arn:') ? id : named(scope, 'servicediscovery', `${kind}/${id}`);

interface OfService {
  readonly ServiceId?: string | undefined;
}

const serviceKey = (scope: Scope, { ServiceId }: OfService) =>
  keys({ 'servicediscovery:servicearn': of('service', scope, ServiceId) });

/** Cloud Map keeps records in its caller's name (Developer Guide, Cloud Map API permissions reference). */
function recordsOf(scope: Scope, { ServiceId = '' }: OfService): Need[] {
  const zone = scope.directory.hostedZoneOfService(ServiceId);
  if (zone === undefined) return [];
  return [{ action: 'route53:ChangeResourceRecordSets', resource: `arn:aws:route53:::hostedzone/${zone}` }];
}

const ofService = (input: OfService, scope: Scope): Need[] => [
  { resource: of('service', scope, input.ServiceId), context: serviceKey(scope, input) },
];

const changing = (input: OfService, scope: Scope): Need[] => [
  ...ofService(input, scope),
  ...recordsOf(scope, input),
];

interface OfOne {
  readonly Id?: string | undefined;
}

const anywhere = () => ['*'];

export const serviceDiscoveryNeeds: NeedsOf<ServiceDiscovery> = {
  ...same(anywhere, 'CreateHttpNamespace', 'ListNamespaces', 'ListServices'),
  ...same(anywhere, 'ListTagsForResource', 'TagResource', 'UntagResource'),
  CreatePrivateDnsNamespace: () => [
    '*',
    { action: 'route53:CreateHostedZone', resource: '*' },
    { action: 'route53:GetHostedZone', resource: 'arn:aws:route53:::hostedzone/*' },
    { action: 'route53:ListHostedZonesByName', resource: '*' },
    { action: 'ec2:DescribeVpcs', resource: '*' },
    { action: 'ec2:DescribeRegions', resource: '*' },
  ],
  CreateService: ({ NamespaceId }, scope) => {
    const namespace = of('namespace', scope, NamespaceId);
    const context = keys({ 'servicediscovery:namespacearn': namespace });
    return [
      { resource: namespace, context },
      { resource: of('service', scope), context },
    ];
  },
  ...same(({ Id }: OfOne, scope: Scope) => [of('namespace', scope, Id)], 'DeleteNamespace', 'GetNamespace'),
  ...same(({ Id }: OfOne, scope: Scope) => [of('service', scope, Id)], 'DeleteService', 'GetService'),
  GetOperation: ({ OperationId = '' }, scope) => [
    of('namespace', scope, scope.directory.cloudMapNamespace({ operation: OperationId })),
  ],
  DeregisterInstance: changing,
  RegisterInstance: (input, scope) => [
    ...changing(input, scope),
    ...(input.Attributes?.['AWS_EC2_INSTANCE_ID'] === undefined
      ? []
      : [{ action: 'ec2:DescribeInstances', resource: '*' }]),
  ],
  ...same(
    ofService,
    'GetInstance',
    'GetInstancesHealthStatus',
    'ListInstances',
    'UpdateInstanceCustomHealthStatus',
  ),
  DiscoverInstances: ({ NamespaceName: name = '', ServiceName }, scope) => {
    const context = keys({
      'servicediscovery:namespacename': name,
      'servicediscovery:servicename': ServiceName,
    });
    return [
      { resource: of('namespace', scope, scope.directory.cloudMapNamespace({ name })), context },
      { resource: of('service', scope), context },
    ];
  },
};
