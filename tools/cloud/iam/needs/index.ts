import unscoped from '../unscoped-actions.json' with { type: 'json' };
import { actionOf } from '../actions.ts';
import type { Call } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import { autoScalingNeeds } from './auto-scaling.ts';
import { cloudFormationNeeds } from './cloudformation.ts';
import { dynamoDbNeeds } from './dynamodb.ts';
import { ec2Needs } from './ec2.ts';
import { ecrNeeds } from './ecr.ts';
import { efsNeeds } from './efs.ts';
import { elasticLoadBalancingNeeds } from './elastic-load-balancing.ts';
import { eventBridgeNeeds } from './events.ts';
import { iamNeeds } from './iam.ts';
import { kmsNeeds } from './kms.ts';
import { lambdaNeeds } from './lambda.ts';
import { snsNeeds, sqsNeeds, stsNeeds } from './messaging.ts';
import { cloudWatchNeeds, logsNeeds } from './monitoring.ts';
import type { Need, Scope } from './need.ts';
import { rdsNeeds } from './rds.ts';
import { requestTags } from './request-tags.ts';
import { s3Needs } from './s3.ts';
import { schedulerNeeds } from './scheduler.ts';
import { secretsManagerNeeds } from './secrets-manager.ts';
import { serviceDiscoveryNeeds } from './service-discovery.ts';
import { ssmNeeds } from './systems-manager.ts';
import { wafNeeds } from './waf.ts';

export type { Directory, Need, Scope } from './need.ts';

/** The wire has read the input by the operation's own schema, which is what {@link NeedsOf} is derived from. */
type Rule = (input: never, scope: Scope) => readonly (Need | string)[];

/** By IAM's prefix of the service, then by operation; from the Service Authorization Reference. */
const RULES: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  autoscaling: autoScalingNeeds,
  cloudformation: cloudFormationNeeds,
  cloudwatch: cloudWatchNeeds,
  dynamodb: dynamoDbNeeds,
  ec2: ec2Needs,
  elasticloadbalancing: elasticLoadBalancingNeeds,
  ecr: ecrNeeds,
  elasticfilesystem: efsNeeds,
  events: eventBridgeNeeds,
  iam: iamNeeds,
  kms: kmsNeeds,
  lambda: lambdaNeeds,
  logs: logsNeeds,
  rds: rdsNeeds,
  s3: s3Needs,
  scheduler: schedulerNeeds,
  secretsmanager: secretsManagerNeeds,
  servicediscovery: serviceDiscoveryNeeds,
  sns: snsNeeds,
  sqs: sqsNeeds,
  ssm: ssmNeeds,
  sts: stsNeeds,
  wafv2: wafNeeds,
};

const UNSCOPED = new Map(
  Object.entries<string[]>(unscoped.actions).map(([service, actions]) => [service, new Set(actions)]),
);

/**
 * What a call needs leave for.
 *
 * @throws AwsError NotImplemented for actions on resources that the cloud cannot name: taking them for `*` would let
 *   policies pass that AWS does not
 */
export function needsOf(
  { service, operation }: Call,
  input: unknown,
  scope: Scope,
): readonly Required<Need>[] {
  const own = actionOf(service, operation);
  const rule = RULES[service]?.[operation];
  if (rule === undefined && !UNSCOPED.get(service)?.has(own.slice(service.length + 1))) {
    const message = `The local cloud does not know which resources ${own} is about: a role may not use it.`;
    throw new AwsError('NotImplemented', message, { status: 501 });
  }
  const needs = rule === undefined ? ['*'] : rule(input as never, scope);
  const tags = requestTags(Object(input) as object);
  return needs.map((given) => {
    const need: Need = typeof given === 'string' ? { resource: given } : given;
    const isOwn = need.action === undefined;
    return {
      action: need.action ?? own,
      resource: need.resource,
      context: isOwn ? { ...tags, ...need.context } : (need.context ?? {}),
    };
  });
}
