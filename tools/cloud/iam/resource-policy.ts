import type { Account, Principal } from '../kernel/index.ts';
import { globalArn } from '../kernel/index.ts';
import type { Context } from './conditions.ts';
import { applies } from './evaluate.ts';
import type { Statement } from './policy.ts';
import { parsePolicy } from './policy.ts';
import { fits } from './wildcards.ts';

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
): boolean {
  if (policy === undefined || policy === '') return false;
  const request = { action, resource, context: contextOf(from, account, more) };
  const { statements } = parsePolicy(policy, 'resource');
  const fitting = statements.filter((statement) => names(statement, from) && applies(statement, request));
  return fitting.some(({ effect }) => effect === 'Allow') && !fitting.some(({ effect }) => effect === 'Deny');
}

/** Whether a role's trust policy lets a service assume it. */
export function trusts(trust: string, from: ServicePrincipal, account: Account): boolean {
  const request = { action: 'sts:AssumeRole', resource: '*', context: contextOf(from, account) };
  const fitting = parsePolicy(trust, 'trust').statements.filter(
    (statement) => names(statement, from) && applies(statement, request),
  );
  return fitting.some(({ effect }) => effect === 'Allow') && !fitting.some(({ effect }) => effect === 'Deny');
}

/** Whether a role's trust policy lets a user or a role of its own account assume it. */
export function trustsUser(trust: string, userArn: string, account: Account): boolean {
  const known: Readonly<Record<string, readonly string[]>> = { 'aws:principalaccount': [account.id] };
  const request = { action: 'sts:AssumeRole', resource: '*', context: (key: string) => known[key] };
  const [, role] = /:assumed-role\/([^/]+)\//.exec(userArn) ?? [];
  const names = [
    '*',
    account.id,
    userArn,
    globalArn(account, 'iam', 'root'),
    ...(role === undefined ? [] : [globalArn(account, 'iam', `role/${role}`)]),
  ];
  const fitting = parsePolicy(trust, 'trust').statements.filter(
    ({ principals }) =>
      principals === '*' || (principals?.['AWS'] ?? []).some((principal) => names.includes(principal)),
  );
  const applying = fitting.filter((statement) => applies(statement, request));
  return (
    applying.some(({ effect }) => effect === 'Allow') && !applying.some(({ effect }) => effect === 'Deny')
  );
}

function names({ principals, notPrincipals }: Statement, { service }: ServicePrincipal): boolean {
  if (notPrincipals !== undefined) return notPrincipals !== '*' && !namesService(notPrincipals, service);
  return principals === '*' || (principals !== undefined && namesService(principals, service));
}

function namesService(principals: Readonly<Record<string, readonly string[]>>, service: string): boolean {
  const services = principals['Service'] ?? [];
  return services.some((pattern) => fits(pattern, service)) || (principals['AWS'] ?? []).includes('*');
}

function contextOf(
  { service, sourceArn }: ServicePrincipal,
  account: Account,
  more: ConditionKeys = {},
): Context {
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
