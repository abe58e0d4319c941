import type {
  DescribeLoadBalancersInput,
  ElasticLoadBalancingV2,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { page, validationError, type Operations } from '../../kernel/index.ts';
import type { Listeners } from './listeners.ts';
import {
  loadBalancerNotFound,
  subnetsOf,
  type LoadBalancerRecord,
  type LoadBalancers,
} from './load-balancers.ts';

const A_PAGE = 400;

/** @param onPlace called after a load balancer's zones, security groups or settings have changed */
export function loadBalancerOperations(balancers: LoadBalancers, listeners: Listeners, onPlace: () => void) {
  return {
    CreateLoadBalancer: (input) => ({ LoadBalancers: [balancers.wire(balancers.create(input))] }),
    DescribeLoadBalancers: (input) => describe(balancers, input),
    DeleteLoadBalancer: (input) => {
      const balancer = balancers.find(input.LoadBalancerArn ?? '');
      if (balancer === undefined) return {};
      balancers.delete(balancer);
      for (const listener of listeners.of(balancer)) listeners.delete(listener);
      return {};
    },
    DescribeLoadBalancerAttributes: (input) => ({
      Attributes: balancers.get(input.LoadBalancerArn).attributes.wire(),
    }),
    ModifyLoadBalancerAttributes: (input) => {
      const { attributes } = balancers.get(input.LoadBalancerArn);
      attributes.modify(input.Attributes);
      onPlace();
      return { Attributes: attributes.wire() };
    },
    SetSecurityGroups: (input) => {
      const balancer = balancers.get(input.LoadBalancerArn);
      balancer.shape = { ...balancer.shape, SecurityGroups: input.SecurityGroups ?? [] };
      balancers.place(
        balancer,
        balancer.interfaces.map(({ subnetId }) => subnetId),
      );
      onPlace();
      return { SecurityGroupIds: balancer.shape.SecurityGroups };
    },
    SetSubnets: (input) => {
      const balancer = balancers.get(input.LoadBalancerArn);
      balancers.place(balancer, subnetsOf(input));
      onPlace();
      return { AvailabilityZones: balancers.wire(balancer).AvailabilityZones };
    },
    SetIpAddressType: (input) => {
      const balancer = balancers.get(input.LoadBalancerArn);
      balancer.shape = { ...balancer.shape, IpAddressType: input.IpAddressType };
      return { IpAddressType: input.IpAddressType };
    },
  } satisfies Operations<ElasticLoadBalancingV2>;
}

function describe(balancers: LoadBalancers, input: DescribeLoadBalancersInput) {
  if (input.LoadBalancerArns?.length && input.Names?.length)
    throw validationError('Load balancer names and load balancer ARNs cannot be specified at the same time');
  const { items, nextToken } = page(asked(balancers, input), input.Marker, input.PageSize ?? A_PAGE);
  return {
    LoadBalancers: items.map((balancer) => balancers.wire(balancer)),
    ...(nextToken === undefined ? {} : { NextMarker: nextToken }),
  };
}

function asked(balancers: LoadBalancers, input: DescribeLoadBalancersInput): LoadBalancerRecord[] {
  if (input.LoadBalancerArns?.length) return input.LoadBalancerArns.map((arn) => balancers.get(arn));
  if (!input.Names?.length) return [...balancers.values()];
  return input.Names.map((name) => {
    const balancer = balancers.find(name);
    if (balancer === undefined) throw loadBalancerNotFound(name);
    return balancer;
  });
}
