import type { Principal } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | Readonly<Record<string, string | readonly string[]>>;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

type ServicePrincipal = Extract<Principal, { kind: 'service' }>;

/** Services that publish in the account owner's name, so that a topic's default policy admits them. */
const IN_OWNERS_NAME = ['cloudwatch.amazonaws.com', 'autoscaling.amazonaws.com'];

/** The policy that SNS gives a topic of its own accord: whoever acts for the account may use it. */
export function defaultPolicy(topicArn: string, accountId: string): string {
  const actions = ['Publish', 'Subscribe', 'GetTopicAttributes', 'SetTopicAttributes', 'DeleteTopic'];
  return JSON.stringify({
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: [...actions, 'AddPermission', 'RemovePermission', 'ListSubscriptionsByTopic'].map(
          (a) => `SNS:${a}`,
        ),
        Resource: topicArn,
        Condition: { StringEquals: { 'AWS:SourceOwner': accountId } },
      },
    ],
  });
}

/** @throws AwsError InvalidParameter when the policy is no JSON object with statements */
export function checkPolicy(policy: string): void {
  try {
    statementsOf(policy);
  } catch {
    throw new AwsError('InvalidParameter', 'Invalid parameter: Policy Error: null');
  }
}

/** Whether a topic's policy lets a service publish on behalf of the resource it names. */
export function mayPublish(
  policy: string,
  from: ServicePrincipal,
  topicArn: string,
  accountId: string,
): boolean {
  const facts = new Map([
    ['aws:sourcearn', from.sourceArn],
    ['aws:sourceaccount', accountId],
    ['aws:securetransport', 'true'],
    ...(IN_OWNERS_NAME.includes(from.service) ? ([['aws:sourceowner', accountId]] as const) : []),
  ]);
  const applying = statementsOf(policy).filter((statement) => applies(statement, from, topicArn, facts));
  return (
    applying.some((statement) => statement.Effect === 'Allow') &&
    !applying.some((statement) => statement.Effect === 'Deny')
  );
}

function statementsOf(policy: string): readonly Statement[] {
  const { Statement: statements } = JSON.parse(policy) as { Statement: Statement | Statement[] };
  const list = Array.isArray(statements) ? statements : [statements];
  if (list.some((statement) => typeof statement !== 'object'))
    throw new TypeError('a statement is an object');
  return list;
}

function applies(
  statement: Statement,
  from: ServicePrincipal,
  topicArn: string,
  facts: ReadonlyMap<string, string>,
): boolean {
  return (
    namesPrincipal(statement.Principal, from.service) &&
    namesAction(statement) &&
    listOf(statement.Resource).some((resource) => like(resource, topicArn)) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, wanted]) =>
        holds(operator, facts.get(key.toLowerCase()), listOf(wanted)),
      ),
    )
  );
}

function namesPrincipal(principal: Statement['Principal'], service: string): boolean {
  if (principal === undefined || principal === '*') return principal === '*';
  return listOf(principal.Service).includes(service) || listOf(principal.AWS).includes('*');
}

function namesAction({ Action, NotAction }: Statement): boolean {
  const isPublish = (pattern: string) => like(pattern.toLowerCase(), 'sns:publish');
  return Action === undefined ? !listOf(NotAction).some(isPublish) : listOf(Action).some(isPublish);
}

/** A condition that is not known here holds for nothing. */
function holds(operator: string, actual: string | undefined, wanted: readonly string[]): boolean {
  const base = operator.replace(/IfExists$/, '');
  if (actual === undefined) return base !== operator || base.includes('Not');
  switch (base) {
    case 'StringEquals':
    case 'Bool':
      return wanted.map(String).includes(actual);
    case 'StringNotEquals':
      return !wanted.includes(actual);
    case 'StringLike':
    case 'ArnLike':
    case 'ArnEquals':
      return wanted.some((pattern) => like(pattern, actual));
    case 'StringNotLike':
    case 'ArnNotLike':
    case 'ArnNotEquals':
      return !wanted.some((pattern) => like(pattern, actual));
    default:
      return false;
  }
}

function like(pattern: string, text: string): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`).test(text);
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' || typeof value === 'boolean' ? [value] : value;
}
