import type { Resource, Template } from '../../templates/model.ts';
import { resourcesNamedIn } from '../../templates/intrinsics.ts';
import { listAt, numberAt, resourcesOf, textAt } from '../../templates/template.ts';
import type { Figure, TargetGroupClocks } from '../model.ts';

/**
 * Target groups by their logical ids, with AWS's defaults:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
 */
export function readTargetGroups(template: Template): ReadonlyMap<string, TargetGroupClocks> {
  const all = resourcesOf(template, 'AWS::ElasticLoadBalancingV2::TargetGroup');
  return new Map(all.map((resource) => [resource.id, targetGroup(resource, template)]));
}

function targetGroup({ id, properties }: Resource, template: Template): TargetGroupClocks {
  const figure = (key: string, absent: number | undefined) => numberAt(template, properties, [key], absent);
  const delay = attribute(
    template,
    properties,
    'TargetGroupAttributes',
    'deregistration_delay.timeout_seconds',
    300,
  );
  return {
    id,
    deregistrationDelay: delay,
    interval: figure('HealthCheckIntervalSeconds', 30),
    timeout: figure('HealthCheckTimeoutSeconds', defaultTimeout(template, properties)),
    healthyThreshold: figure('HealthyThresholdCount', 5),
    unhealthyThreshold: figure('UnhealthyThresholdCount', 2),
    idleTimeout: idleTimeout(id, template),
  };
}

/** A key of a list of `{Key, Value}`. Undefined where a key cannot be told, since it may be any. */
function attribute(
  template: Template,
  root: unknown,
  list: string,
  key: string,
  absent: number | undefined,
): Figure {
  const members = listAt(template, root, list);
  const found = members.find((member) => textAt(template, member, ['Key']) === key);
  if (found !== undefined) return numberAt(template, found, ['Value'], absent);
  const isTold = members.every((member) => textAt(template, member, ['Key']) !== undefined);
  return isTold ? absent : undefined;
}

function defaultTimeout(template: Template, properties: unknown): Figure {
  const protocol = textAt(template, properties, ['Protocol'], 'HTTP');
  const check = textAt(template, properties, ['HealthCheckProtocol'], protocol);
  if (protocol === undefined || check === undefined) return undefined;
  if (protocol.startsWith('HTTP')) return 5;
  return check === 'HTTP' ? 6 : 10;
}

/** Of the application load balancer whose listener forwards here: 60 seconds where nothing is said. */
function idleTimeout(id: string, template: Template): Figure {
  const listeners = resourcesOf(template, 'AWS::ElasticLoadBalancingV2::Listener').filter(({ properties }) =>
    resourcesNamedIn(properties.DefaultActions, template).includes(id),
  );
  const rules = resourcesOf(template, 'AWS::ElasticLoadBalancingV2::ListenerRule')
    .filter(({ properties }) => resourcesNamedIn(properties.Actions, template).includes(id))
    .flatMap(({ properties }) => resourcesNamedIn(properties.ListenerArn, template))
    .flatMap((listener) => template.resources.get(listener) ?? []);
  const balancers = [...listeners, ...rules]
    .flatMap(({ properties }) => resourcesNamedIn(properties.LoadBalancerArn, template))
    .flatMap((balancer) => template.resources.get(balancer) ?? [])
    .filter(({ properties }) => textAt(template, properties, ['Type'], 'application') === 'application');
  const [first] = balancers;
  if (first === undefined) return undefined;
  return attribute(template, first.properties, 'LoadBalancerAttributes', 'idle_timeout.timeout_seconds', 60);
}
