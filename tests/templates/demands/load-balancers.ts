import { ofType } from '../../support/packaged.ts';
import type { Demand, Subject } from './demand.ts';
import { at, attribute, everyOf, list, means } from './read.ts';

const LOAD_BALANCER = 'AWS::ElasticLoadBalancingV2::LoadBalancer';
const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';

const isApplication = ({ resource }: Subject) => resource.Properties.Type === 'application';
const isNetwork = ({ resource }: Subject) => resource.Properties.Type === 'network';

export const LOAD_BALANCERS: readonly Demand[] = [
  {
    row: 12,
    rule: 'with a certificate, what listens to HTTP only redirects',
    type: LISTENER,
    where: ({ params, resource }) => params.certificate && resource.Properties.Protocol === 'HTTP',
    met: ({ resource: { Properties } }) =>
      everyOf(
        list(Properties.DefaultActions),
        (one) => at(one, 'Type') === 'redirect' && at(one, 'RedirectConfig.Protocol') === 'HTTPS',
      ),
    breach: { Protocol: 'HTTP', Port: 80, DefaultActions: [{ Type: 'forward' }] },
  },
  {
    row: 13,
    rule: 'with a certificate, the load balancer listens by TLS of 1.2 at least',
    type: LOAD_BALANCER,
    where: ({ params }) => params.certificate,
    met: ({ name, template }) =>
      ofType(template, LISTENER).some(
        ([, { Properties }]) =>
          means(Properties.LoadBalancerArn, name) &&
          ['HTTPS', 'TLS'].includes(String(Properties.Protocol)) &&
          list(Properties.Certificates).length > 0 &&
          String(Properties.SslPolicy).startsWith('ELBSecurityPolicy-TLS13-1-2-'),
      ),
    by: () => 'Listener',
  },
  {
    row: 14,
    rule: 'an Application Load Balancer drops headers that are not valid',
    type: LOAD_BALANCER,
    where: isApplication,
    met: ({ resource }) => attribute(resource, 'routing.http.drop_invalid_header_fields.enabled') === 'true',
  },
  {
    row: 15,
    rule: 'an Application Load Balancer mitigates desync',
    type: LOAD_BALANCER,
    where: isApplication,
    met: ({ resource }) =>
      ['defensive', 'strictest'].includes(String(attribute(resource, 'routing.http.desync_mitigation_mode'))),
  },
  {
    row: 16,
    rule: 'a load balancer logs who came, in the bucket of logs',
    type: LOAD_BALANCER,
    met: ({ resource }) =>
      attribute(resource, 'access_logs.s3.enabled') === 'true' &&
      means(attribute(resource, 'access_logs.s3.bucket'), 'LogBucket'),
  },
  {
    row: 17,
    rule: 'where data is kept, the load balancer is protected against deletion',
    type: LOAD_BALANCER,
    where: ({ params }) => params.keepsData,
    met: ({ resource }) => attribute(resource, 'deletion_protection.enabled') === 'true',
  },
  {
    row: 17,
    rule: 'a Network Load Balancer serves every zone from every zone',
    type: LOAD_BALANCER,
    where: isNetwork,
    met: ({ resource }) => attribute(resource, 'load_balancing.cross_zone.enabled') === 'true',
  },
  {
    row: 18,
    rule: 'with waf=on, a web ACL stands before the load balancer',
    type: LOAD_BALANCER,
    where: ({ params }) => params.waf,
    met: ({ name, template }) =>
      ofType(template, 'AWS::WAFv2::WebACLAssociation').some(([, { Properties }]) =>
        means(Properties.ResourceArn, name),
      ),
    by: () => 'WebAclAssociation',
  },
];
