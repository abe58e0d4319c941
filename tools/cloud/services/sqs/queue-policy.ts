import type { Kernel, Principal } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import type { Statement } from '../../iam/policy.ts';
import { parsePolicy } from '../../iam/policy.ts';
import type { Queue } from './queue.ts';

type ServicePrincipal = Extract<Principal, { kind: 'service' }>;

/**
 * Makes sure that a service may do something with a queue: services are admitted by the queue's own policy only.
 *
 * @param action `sqs:SendMessage`
 * @throws AwsError AccessDenied
 */
export function checkServiceAccess(
  kernel: Kernel,
  queue: Queue,
  from: ServicePrincipal,
  action: string,
): void {
  const document = queue.attributes.Policy;
  const statements = document === undefined ? [] : parsePolicy(document, 'resource').statements;
  const facts = {
    'aws:sourcearn': from.sourceArn,
    'aws:sourceaccount': kernel.account.id,
    'aws:principalisawsservice': 'true',
    'aws:principalservicename': from.service,
    'aws:securetransport': 'true',
  };
  const applying = statements.filter((statement) => applies(statement, from, action, queue.arn, facts));
  const isAllowed =
    applying.some(({ effect }) => effect === 'Allow') && !applying.some(({ effect }) => effect === 'Deny');
  if (isAllowed) return;
  throw new AwsError(
    'AccessDenied',
    `${from.service} for ${from.sourceArn} is not authorized to perform: ${action} on resource: ${queue.arn}`,
    { status: 403 },
  );
}

function applies(
  statement: Statement,
  from: ServicePrincipal,
  action: string,
  resource: string,
  facts: Readonly<Record<string, string>>,
): boolean {
  return (
    namesPrincipal(statement.principals, from.service) &&
    matchesAny(statement.actions, action.toLowerCase()) &&
    (statement.resources === undefined || matchesAny(statement.resources, resource)) &&
    statement.conditions.every(({ operator, key, values }) => holds(operator, facts[key], values))
  );
}

function namesPrincipal(principals: Statement['principals'], service: string): boolean {
  if (principals === undefined) return false;
  if (principals === '*') return true;
  return (principals.Service?.includes(service) ?? false) || (principals.AWS?.includes('*') ?? false);
}

function matchesAny(patterns: readonly string[] | undefined, value: string): boolean {
  return patterns?.some((pattern) => like(pattern, value) || like(pattern.toLowerCase(), value)) ?? false;
}

/** One condition, of the operators that queue policies use. Any other holds for nobody. */
function holds(operator: string, fact: string | undefined, values: readonly string[]): boolean {
  switch (operator) {
    case 'StringEquals':
      return fact !== undefined && values.includes(fact);
    case 'StringLike':
    case 'ArnLike':
    case 'ArnEquals':
      return fact !== undefined && values.some((pattern) => like(pattern, fact));
    case 'Bool':
      return values.some((value) => value.toLowerCase() === fact);
    default:
      return false;
  }
}

function like(pattern: string, value: string): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`).test(value);
}
