import type { Account, Principal } from '../kernel/index.ts';
import type { Context } from './conditions.ts';
import { applies } from './evaluate.ts';
import { namesService } from './names.ts';
import type { PolicyKind } from './policy.ts';
import { parsePolicy } from './policy.ts';

type ConditionKeys = Readonly<Record<string, readonly string[]>>;

type ServicePrincipal = Extract<Principal, { kind: 'service' }>;

/**
 * Whether a resource's own policy lets an AWS service act on it for the resource it names: a rule that sends to a
 * queue, a topic that calls a function.
 *
 * @param from   the service and its source: `events.amazonaws.com` for `arn:aws:events:…:rule/x`
 * @param action `sqs:SendMessage`
 * @param policy the resource's policy document; without one, no service may
 * @param more   condition keys, in lower case, that the resource's own service has beside the global ones
 * @throws AwsError MalformedPolicyDocument when it is none
 */
export function authorizeService(
  from: ServicePrincipal,
  action: string,
  resource: string,
  policy: string | undefined,
  account: Account,
  more: ConditionKeys = {},
  kind: PolicyKind = 'resource',
): boolean {
  if (policy === undefined || policy === '') return false;
  const request = { action, resource, context: contextOf(from, account, more) };
  const fitting = parsePolicy(policy, kind).statements.filter(
    (statement) => namesService(statement, from.service) && applies(statement, request),
  );
  return fitting.some(({ effect }) => effect === 'Allow') && !fitting.some(({ effect }) => effect === 'Deny');
}

/** Whether a role's trust policy lets a service assume it. */
export function trusts(trust: string, from: ServicePrincipal, account: Account): boolean {
  return authorizeService(from, 'sts:AssumeRole', '*', trust, account, {}, 'trust');
}

function contextOf({ service, sourceArn }: ServicePrincipal, account: Account, more: ConditionKeys): Context {
  const known: ConditionKeys = {
    ...more,
    'aws:sourcearn': [sourceArn],
    'aws:sourceaccount': [account.id],
    'aws:principalisawsservice': ['true'],
    'aws:principalservicename': [service],
    // What travels inside AWS does so over TLS.
    'aws:securetransport': ['true'],
  };
  return (key) => known[key];
}
