import type {
  DescribeListenersInput,
  DescribeRulesInput,
  ElasticLoadBalancingV2,
  Listener,
  Rule,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError, page, validationError, type Operations } from '../../kernel/index.ts';
import { Attributes } from './attributes.ts';
import type { ListenerRecord, Listeners, RuleRecord } from './listeners.ts';
import type { LoadBalancers } from './load-balancers.ts';

const A_PAGE = 400;

export function listenerOperations(listeners: Listeners, balancers: LoadBalancers) {
  return {
    ...listenerAttributeOperations(listeners),
    ...ruleOperations(listeners),
    CreateListener: (input) => ({
      Listeners: [wire(listeners.create(balancers.get(input.LoadBalancerArn), input))],
    }),
    DescribeListeners: (input) => describeListeners(listeners, balancers, input),
    ModifyListener: (input) => {
      const { ListenerArn, ...change } = input;
      const listener = listeners.get(ListenerArn);
      listeners.modify(listener, definedOnly(change));
      return { Listeners: [wire(listener)] };
    },
    DeleteListener: (input) => {
      listeners.delete(listeners.get(input.ListenerArn));
      return {};
    },
    DescribeListenerCertificates: (input) => ({
      Certificates: (listeners.get(input.ListenerArn).shape.Certificates ?? []).map((certificate, index) => ({
        ...certificate,
        IsDefault: index === 0,
      })),
    }),
  } satisfies Operations<ElasticLoadBalancingV2>;
}

function ruleOperations(listeners: Listeners) {
  return {
    CreateRule: (input) => ({
      Rules: [wireRule(listeners.createRule(listeners.get(input.ListenerArn), input))],
    }),
    DescribeRules: (input) => describeRules(listeners, input),
    ModifyRule: (input) => {
      const rule = listeners.rule(input.RuleArn);
      const { Conditions, Actions, Transforms } = input;
      listeners.modifyRule(rule, definedOnly({ Conditions, Actions, Transforms }));
      return { Rules: [wireRule(rule)] };
    },
    DeleteRule: (input) => {
      if (isDefaultRule(input.RuleArn))
        throw new AwsError(
          'OperationNotPermittedException',
          `Default rule '${input.RuleArn ?? ''}' cannot be deleted`,
        );
      listeners.deleteRule(listeners.rule(input.RuleArn));
      return {};
    },
    SetRulePriorities: (input) => {
      const changes = (input.RulePriorities ?? []).map(({ RuleArn, Priority }) => {
        if (Priority === undefined) throw validationError('A priority must be specified');
        return { rule: listeners.rule(RuleArn), priority: Priority };
      });
      listeners.setPriorities(changes);
      return { Rules: changes.map(({ rule }) => wireRule(rule)) };
    },
  } satisfies Operations<ElasticLoadBalancingV2>;
}

const LISTENER_ATTRIBUTES: Readonly<Record<string, string>> = {
  'routing.http.response.server.enabled': 'true',
  'tcp.idle_timeout.seconds': '350',
};

function listenerAttributeOperations(listeners: Listeners) {
  const byListener = new WeakMap<ListenerRecord, Attributes>();
  const attributesOf = (listenerArn: string | undefined) => {
    const listener = listeners.get(listenerArn);
    const attributes = byListener.get(listener) ?? new Attributes(LISTENER_ATTRIBUTES);
    byListener.set(listener, attributes);
    return attributes;
  };
  return {
    DescribeListenerAttributes: (input) => ({ Attributes: attributesOf(input.ListenerArn).wire() }),
    ModifyListenerAttributes: (input) => {
      const attributes = attributesOf(input.ListenerArn);
      attributes.modify(input.Attributes);
      return { Attributes: attributes.wire() };
    },
  } satisfies Operations<ElasticLoadBalancingV2>;
}

function definedOnly<Shape extends object>(shape: Shape): Partial<Shape> {
  const defined = Object.entries(shape).filter(([, value]) => value !== undefined);
  return Object.fromEntries(defined) as Partial<Shape>;
}

function wire(listener: ListenerRecord): Listener {
  return { ...listener.shape, ListenerArn: listener.arn, LoadBalancerArn: listener.loadBalancer.arn };
}

function wireRule(rule: RuleRecord): Rule {
  return { ...rule.shape, RuleArn: rule.arn, Priority: String(rule.priority), IsDefault: false };
}

/** Every listener has a rule for its default actions, which cannot be changed as a rule. */
function defaultRule(listener: ListenerRecord): Rule {
  return {
    RuleArn: `${listener.arn.replace(':listener/', ':listener-rule/')}/default`,
    Priority: 'default',
    Conditions: [],
    Actions: listener.shape.DefaultActions,
    IsDefault: true,
  };
}

function isDefaultRule(ruleArn: string | undefined): boolean {
  return ruleArn?.endsWith('/default') ?? false;
}

function describeListeners(listeners: Listeners, balancers: LoadBalancers, input: DescribeListenersInput) {
  const asked = input.ListenerArns?.length
    ? input.ListenerArns.map((arn) => listeners.get(arn))
    : listeners.of(balancers.get(input.LoadBalancerArn));
  const { items, nextToken } = page(asked, input.Marker, input.PageSize ?? A_PAGE);
  return { Listeners: items.map(wire), ...(nextToken === undefined ? {} : { NextMarker: nextToken }) };
}

function describeRules(listeners: Listeners, input: DescribeRulesInput) {
  const asked = input.RuleArns?.length
    ? input.RuleArns.map((arn) => wireRule(listeners.rule(arn)))
    : rulesOf(listeners.get(input.ListenerArn));
  const { items, nextToken } = page(asked, input.Marker, input.PageSize ?? A_PAGE);
  return { Rules: items, ...(nextToken === undefined ? {} : { NextMarker: nextToken }) };
}

function rulesOf(listener: ListenerRecord): Rule[] {
  const rules = [...listener.rules.values()].sort((a, b) => a.priority - b.priority).map(wireRule);
  return [...rules, defaultRule(listener)];
}
