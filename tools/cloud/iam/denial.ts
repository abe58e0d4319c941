import { deflateRawSync } from 'node:zlib';
import type { Account, Principal } from '../kernel/index.ts';
import { AwsError, globalArn } from '../kernel/index.ts';
import type { Policy } from './policy.ts';
import type { Verdict } from './judge.ts';

type Denied = Extract<Verdict<Policy>, { outcome: 'denied' }>;

/** Codes of refusals where they are not `AccessDeniedException`, by IAM's prefix of the service. */
const CODES: Readonly<Record<string, string>> = {
  autoscaling: 'AccessDenied',
  cloudformation: 'AccessDenied',
  cloudwatch: 'AccessDenied',
  ec2: 'UnauthorizedOperation',
  elasticloadbalancing: 'AccessDenied',
  iam: 'AccessDenied',
  rds: 'AccessDenied',
  s3: 'AccessDenied',
  sns: 'AuthorizationError',
  sqs: 'AccessDenied',
  sts: 'AccessDenied',
};

/** Services whose JSON protocol has no status but 400 for it. */
const BAD_REQUEST: ReadonlySet<string> = new Set([
  'dynamodb',
  'events',
  'logs',
  'ssm',
  'kms',
  'secretsmanager',
]);

/**
 * A refusal in AWS's words.
 *
 * @param service IAM's prefix of the service that was called
 */
export function denial(
  service: string,
  user: string,
  need: { readonly action: string; readonly resource: string },
  verdict: Denied,
): AwsError {
  const { action, resource } = need;
  const plain = `User: ${user} is not authorized to perform: ${action} on resource: ${resource}`;
  // STS does not tell strangers whether it is the role that is missing, or its trust.
  const message = action === 'sts:AssumeRole' ? plain : `${plain} ${because(action, verdict)}`;
  const status = BAD_REQUEST.has(service) ? 400 : 403;
  const words =
    service === 'ec2'
      ? `You are not authorized to perform this operation. ${message}. Encoded authorization failure message: ${encoded(user, need, verdict)}`
      : message;
  return new AwsError(CODES[service] ?? 'AccessDeniedException', words, { status });
}

/** `because no identity-based policy allows the sqs:SendMessage action` */
export function because(action: string, { isExplicit, by }: Denied): string {
  if (!isExplicit) return `because no ${by} allows the ${action} action`;
  return `with an explicit deny in ${/^[aeiou]/.test(by) ? 'an' : 'a'} ${by}`;
}

/** What DecodeAuthorizationMessage tells, as EC2 encodes it. */
function encoded(
  user: string,
  { action, resource }: { action: string; resource: string },
  { isExplicit }: Denied,
): string {
  const told = {
    allowed: false,
    explicitDeny: isExplicit,
    matchedStatements: { items: [] },
    failures: { items: [] },
    context: {
      principal: { id: user.slice(user.lastIndexOf('/') + 1), arn: user },
      action,
      resource,
      conditions: { items: [] },
    },
  };
  return deflateRawSync(JSON.stringify(told)).toString('base64url');
}

/** The ARN by which messages call a principal. */
export function userArn(principal: Principal, account: Account): string {
  switch (principal.kind) {
    case 'account':
      return globalArn(account, 'iam', 'root');
    case 'user':
      return globalArn(account, 'iam', `user/${principal.userName}`);
    case 'role':
      return globalArn(account, 'sts', `assumed-role/${principal.roleName}/${principal.session}`);
    case 'service':
      return principal.service;
    case 'anonymous':
      return 'anonymous';
  }
}
