import type { Principal } from '../kernel/index.ts';
import { AwsError } from '../kernel/index.ts';

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
 * @param explicit whether a statement denies it, rather than none allowing it
 */
export function denial(
  service: string,
  user: string,
  { action, resource }: { action: string; resource: string },
  explicit: boolean,
): AwsError {
  const because = explicit
    ? 'with an explicit deny in an identity-based policy'
    : `because no identity-based policy allows the ${action} action`;
  const plain = `User: ${user} is not authorized to perform: ${action} on resource: ${resource} ${because}`;
  const message = service === 'ec2' ? `You are not authorized to perform this operation. ${plain}` : plain;
  const status = BAD_REQUEST.has(service) ? 400 : 403;
  return new AwsError(CODES[service] ?? 'AccessDeniedException', message, { status });
}

/** The ARN by which messages call a principal. */
export function userArn(principal: Principal, accountId: string): string {
  switch (principal.kind) {
    case 'account':
      return `arn:aws:iam::${accountId}:root`;
    case 'role':
      return `arn:aws:sts::${accountId}:assumed-role/${principal.roleName}/${principal.session}`;
    case 'service':
      return principal.service;
  }
}
